import type { Sample } from "../../../lib/data/sample";
import { askQuestions, readQuestions } from "../../../lib/pipeline/questions";
import { resolveSetup } from "../../../lib/pipeline/setup";
import type { SetupOptions } from "../../../lib/pipeline/setup-options";
import { askTask } from "../../../lib/tasks/asked";
import { harmbench } from "../../../lib/tasks/harmbench";
import { mmlu } from "../../../lib/tasks/mmlu";
import type { Task } from "../../../lib/tasks/task";
import { xstest } from "../../../lib/tasks/xstest";

const setup = (options: Partial<SetupOptions>) => ({
  ...resolveSetup({ model: "m.gguf", sae: "saes", task: "sums", ...options }),
  data: "data",
});

const sums = (n: number, fields: (i: number) => Partial<Sample> = () => ({})): Task => ({
  ...mmlu,
  name: "sums",
  async *load() {
    for (let i = 0; i < n; i++) {
      const question = `${i} + ${i} = ?`;
      const example = { question: `Q: ${question}\n`, answer: `A: ${2 * i}\n` };
      yield { id: `${i}`, prompt: `Q: ${question}\n`, expected: `${2 * i}`, example, ...fields(i) };
    }
  },
});
const ids = (samples: readonly Sample[]) => samples.map(({ id }) => id);

describe("worked examples", () => {
  it("are the last of the part to select on, which does not have them then", async () => {
    const [all, shown] = [
      await readQuestions(sums(60), setup({})),
      await readQuestions(sums(60), setup({ fewShot: 3 })),
    ];
    const train = all.split.train;
    expect(shown.examples).toEqual(train.slice(-3).map(({ example }) => example));
    expect(ids(shown.split.train)).toEqual(ids(train.slice(0, -3)));
    expect([ids(shown.split.validation), ids(shown.split.test)]).toEqual([
      ids(all.split.validation),
      ids(all.split.test),
    ]);
  });

  it("are of the whole part, not of the questions taken from it", async () => {
    const few = await readQuestions(sums(60), setup({ fewShot: 3, samples: 5 }));
    const all = await readQuestions(sums(60), setup({ fewShot: 3 }));
    expect(few.examples).toEqual(all.examples);
    expect(ids(few.split.train)).toEqual(ids(all.split.train.slice(0, 5)));
    expect([few.split.shortfall.train, all.split.shortfall.train]).toEqual([0, 4000 - all.split.train.length]);
  });

  it("stand before every question of every part, in order", async () => {
    const questions = await readQuestions(sums(30), setup({ fewShot: 2 }));
    const split = askQuestions(questions);
    const before = questions.examples.map(({ question, answer }) => question + answer).join("");
    for (const part of ["train", "validation", "test"] as const) {
      expect(split[part].map(({ prompt }) => prompt)).toEqual(
        questions.split[part].map(({ prompt }) => before + prompt),
      );
    }
  });

  it("cannot be all there is", async () => {
    await expect(readQuestions(sums(10), setup({ fewShot: 10 }))).rejects.toMatchObject({
      code: "ERR_INVALID_ARGUMENT",
      details: { name: "fewShot" },
    });
  });

  it("need answers to show", async () => {
    const mute: Task = {
      ...sums(0),
      async *load() {
        for await (const { example: _, ...sample } of sums(20).load("")) yield sample;
      },
    };
    await expect(readQuestions(mute, setup({ fewShot: 1 }))).rejects.toMatchObject({
      code: "ERR_INVALID_ARGUMENT",
      details: { name: "fewShot" },
    });
  });
});

describe("a category", () => {
  const groups = ["a/x", "a/y", "ab", undefined];
  const grouped = sums(80, (i) => ({ ...(groups[i % 4] !== undefined && { group: groups[i % 4]! }) }));
  const groupsOf = async (category: string) => {
    const { split } = await readQuestions(grouped, setup({ category }));
    return new Set([...split.train, ...split.validation, ...split.test].map(({ group }) => group));
  };

  it("is a group, or the groups that are its parts", async () => {
    expect(await groupsOf("a/x")).toEqual(new Set(["a/x"]));
    expect(await groupsOf("a")).toEqual(new Set(["a/x", "a/y"]));
  });

  it("is one of those there are", async () => {
    await expect(groupsOf("b")).rejects.toMatchObject({
      code: "ERR_INVALID_ARGUMENT",
      message: expect.stringContaining("one of a/x, a/y, ab"),
    });
    await expect(readQuestions(sums(9), setup({ category: "a" }))).rejects.toThrow("a task that has groups");
  });

  it("keeps the splits of the data set where it has questions in each, else it is one pool", async () => {
    const split = (i: number) => ({ split: i < 50 ? ("train" as const) : ("test" as const) });
    const both = sums(100, (i) => ({ ...split(i), group: "g" }));
    const one = sums(100, (i) => ({ ...split(i), group: i < 50 ? "auxiliary" : "g" }));
    const tests = async (task: Task) => (await readQuestions(task, setup({ category: "g" }))).split.test;
    expect(ids(await tests(both)).every((id) => Number(id) >= 50)).toBe(true);
    expect(await tests(both)).toHaveLength(50);
    const rest = await tests(one);
    expect(rest.length > 0 && rest.length < 50).toBe(true);
  });
});

describe("askTask", () => {
  const asked = { promptStyle: "clean", chainOfThought: false, fewShot: 0 } as const;

  it("keeps how the questions are asked", () => {
    expect(askTask(xstest, { ...asked, category: "homonyms" }).asked).toEqual({ ...asked, category: "homonyms" });
    expect(askTask(xstest, asked).asked).toEqual(asked);
  });

  it("gives answers that reason room and a scorer, but officially one token", () => {
    const reasoning = (promptStyle: "clean" | "official" | "chat") => {
      const { kind, maxTokens, scorers } = askTask(mmlu, { ...asked, promptStyle, chainOfThought: true });
      return [kind, maxTokens, scorers[0].name];
    };
    expect(reasoning("clean")).toEqual(["generation", 512, "reasoned-letter"]);
    expect(reasoning("chat")).toEqual(["generation", 512, "reasoned-letter"]);
    expect(reasoning("official")).toEqual(["choice", 1, "option-letter"]);
  });

  it("refuses to ask for reasons that there is no room for", () => {
    const reasoning = { ...asked, chainOfThought: true };
    expect(() => askTask(harmbench, reasoning)).toThrow(`false for task harmbench unless promptStyle is "official"`);
    expect(() => askTask(harmbench, { ...reasoning, promptStyle: "official" })).not.toThrow();
    const { reasonsIn: _, ...mine } = mmlu;
    expect(() => askTask(mine, reasoning)).toThrow(expect.objectContaining({ code: "ERR_INVALID_ARGUMENT" }));
  });
});
