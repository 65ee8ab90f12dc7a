import { look } from "../../../lib/ask/look";
import type { ScoredAnswer } from "../../../lib/ask/tally";
import type { Sample } from "../../../lib/data/sample";
import type { LoadedModel } from "../../../lib/model/loaded-model";
import { optionLetterTask } from "../../../lib/tasks/option-letter";
import { gsm8k } from "../../../lib/tasks/gsm8k";
import { jsonl } from "../../../lib/tasks/jsonl";
import { configureTask } from "../../../lib/tasks/configure";
import type { Task } from "../../../lib/tasks/task";

const plain = { info: {} } as LoadedModel;
const chatty = { info: { chatTemplate: "{{ messages }}" } } as LoadedModel;
const asked = { promptStyle: "clean", chainOfThought: false, fewShot: 0 } as const;
const letters: Task = { ...jsonl, ...optionLetterTask, name: "letters", asked };
const free: Task = { ...configureTask(jsonl, { scorer: "exact-match" }), asked };
const example = { question: "?", answer: "!" };

function answers(
  completions: readonly string[],
  { scores = completions.map(() => 0), stopReason = "end", ...fields }: Partial<Sample> & Partial<Answers> = {},
): ScoredAnswer[] {
  return completions.map((completion, i) => ({
    sample: { id: `q${i}`, prompt: "?", expected: "Paris", ...fields },
    answer: { completion },
    scored: { score: scores[i]! },
    result: { stopReason },
  }));
}
interface Answers {
  scores: readonly number[];
  stopReason: "end" | "length" | "stop";
}

describe("a look at answers", () => {
  it("counts what is readable, empty, cut off and right, and shows three", async () => {
    const given = answers(["Paris", " ", "Rome", "Oslo"], { scores: [1, 0, 0.5, 0], stopReason: "length" });

    expect(await look(plain, free, given)).toEqual({
      scorer: "exact-match",
      ...{ n: 4, readable: 3, empty: 1, cutOff: 4, right: 2, meanScore: 0.375 },
      examples: [
        { id: "q0", completion: "Paris", expected: "Paris", score: 1 },
        { id: "q1", completion: " ", expected: "Paris", score: 0 },
        { id: "q2", completion: "Rome", expected: "Paris", score: 0.5 },
      ],
      doubts: [],
      mayHelp: [],
    });
  });

  it.each<[string, Task, string[], string[], number]>([
    ["choices", letters, [" A", "B\n", "C.", "the A"], [" A", " B"], 2],
    ["numbers", gsm8k, ["so 12", "#### 1,200", "twelve", ""], [], 2],
    ["numbers as published", configureTask(gsm8k, { scorer: "gsm8k-official" }), ["12", "no idea"], [], 1],
    [
      "letters at the end",
      { ...letters, ...letters.under!({ style: "clean", chainOfThought: true }) },
      ["so A", "Answer: A"],
      [],
      1,
    ],
    ["choices in a sentence", configureTask(jsonl, { scorer: "contains" }), ["it is a", "maybe"], [" A", " B"], 1],
    [
      "choices but for their case",
      configureTask(jsonl, { scorer: "normalized-exact-match" }),
      ["a.", "a b"],
      [" A", " B"],
      1,
    ],
    ["any words", configureTask(jsonl, { scorer: "token-f1" }), ["the A", " "], [" A", " B"], 1],
    ["whatever was written", configureTask(letters, { scorer: "choice-margin" }), ["", "no"], [" A", " B"], 2],
  ])("knows the form of an answer: %s", async (_, task, completions, choices, readable) => {
    const fields = choices.length > 0 ? { choices, expected: "A" } : { expected: "12" };
    const given = answers(completions, fields).map((answer) => ({
      ...answer,
      answer: { ...answer.answer, margin: 0 },
    }));
    expect(await look(plain, task, given)).toMatchObject({ readable });
  });

  it("doubts what cannot be read, what is never right and what always is", async () => {
    const doubtsOf = async (completions: string[], scores: number[]) =>
      (await look(plain, letters, answers(completions, { choices: [" A", " B"], expected: "A", scores }))).doubts;

    expect(await doubtsOf(["A", "", ""], [1, 0, 0])).toEqual(["unreadable"]);
    expect(await doubtsOf(["A", ""], [1, 0])).toEqual([]);
    expect(await doubtsOf(["B", "B"], [0, 0])).toEqual(["none-right"]);
    expect(await doubtsOf(["A", "A"], [1, 1])).toEqual(["all-right"]);
    expect(await doubtsOf(["A", "A"], [1, 0.5])).toEqual([]);
  });

  it("names what may help: asking otherwise, and scorers that have no doubts of the same answers", async () => {
    const sentences = ["It is Paris.", "Rome, I think"];

    expect((await look(chatty, free, answers(sentences, { example, stopReason: "length" }))).mayHelp).toEqual([
      { option: "promptStyle", value: "chat" },
      { option: "fewShot" },
      { option: "maxTokens" },
      { option: "scorer", value: "short-answer", right: 1 },
      { option: "scorer", value: "contains", right: 1 },
      { option: "scorer", value: "token-f1" },
    ]);
  });

  it("names nothing that cannot be had, or is so already", async () => {
    const among = { choices: [" A", " B"], expected: "A" };
    const options = async (model: LoadedModel, task: Task, fields: Partial<Sample>) =>
      (await look(model, task, answers(["", ""], fields))).mayHelp.map(({ option }) => option);

    expect(await options(plain, letters, among)).toEqual(["constrained"]);
    expect(await options(chatty, { ...letters, constrained: true }, among)).toEqual(["promptStyle"]);
    expect(
      await options(
        chatty,
        { ...letters, asked: { ...asked, promptStyle: "chat", fewShot: 2 } },
        { ...among, example },
      ),
    ).toEqual(["constrained"]);
  });

  it("names nothing that whole choices have no use for", async () => {
    const among = { choices: [" A", " B"], expected: "A", example };
    const trying = configureTask(letters, { scorer: "continuation" });
    const { doubts, mayHelp } = await look(chatty, trying, answers([" B", " B"], among));

    expect(doubts).toEqual(["none-right"]);
    expect(mayHelp).toEqual([{ option: "promptStyle", value: "chat" }, { option: "fewShot" }]);
  });

  it("names only scorers where all is right", async () => {
    const given = answers(["Paris", "Paris!"], { scores: [1, 1], example });
    const own: Task = { ...free, scorers: [free.scorers[0], { name: "own", score: () => 0.5 }] };

    expect((await look(chatty, free, given)).mayHelp).toEqual([{ option: "scorer", value: "option-letter", right: 1 }]);
    expect((await look(chatty, own, given)).mayHelp).toEqual([]); // a user's may cost money
  });

  it("says whose reading of which answer threw", async () => {
    const reads = () => {
      throw new Error("no dictionary");
    };
    const task: Task = { ...free, scorers: [{ name: "own", score: () => 1, reads }] };

    await expect(look(plain, task, answers(["Paris"]))).rejects.toMatchObject({
      code: "ERR_TASK",
      message: expect.stringContaining("no dictionary"),
      details: { scorer: "own", sample: "q0" },
    });
  });
});
