import { configureTask } from "../../../lib/tasks/configure";
import { jsonl } from "../../../lib/tasks/jsonl";
import { mmlu } from "../../../lib/tasks/mmlu";
import { requireScorable } from "../../../lib/ask/require-samples";
import { parityTask } from "../../support/tiny-task";

describe("configureTask", () => {
  it("leaves a task as it is when nothing is asked", () => {
    expect(configureTask(mmlu, {})).toEqual(mmlu);
  });

  it("puts the scorer asked for first, and keeps the others", () => {
    const names = configureTask(mmlu, { scorer: "choice-margin" }).scorers.map(({ name }) => name);
    expect(names[0]).toBe("choice-margin");
    expect(names.sort()).toEqual(mmlu.scorers.map(({ name }) => name).sort());
  });

  it("sets the length of generated answers, and whether they are held to the choices", () => {
    expect(configureTask(parityTask, { maxTokens: 9, constrained: true })).toMatchObject({
      maxTokens: 9,
      constrained: true,
    });
  });

  it.each([
    ["a scorer that the task has not", { scorer: "number" }, /task mmlu: option-letter, choice-log-probability,/],
    ["more tokens where one is the answer", { maxTokens: 2 }, /maxTokens: expected 1/],
  ])("refuses %s", (_, choices, message) => {
    expect(() => configureTask(mmlu, choices)).toThrow(
      expect.objectContaining({ code: "ERR_INVALID_ARGUMENT", message: expect.stringMatching(message) }),
    );
  });
});

describe("a scorer that tries whole choices", () => {
  const asked = { promptStyle: "clean", chainOfThought: false, fewShot: 0 } as const;
  const choices = { scorer: "continuation" };

  it("goes with what is asked in our own words or in chat", () => {
    for (const promptStyle of ["clean", "chat"] as const) {
      const task = configureTask({ ...mmlu, asked: { ...asked, promptStyle } }, choices);
      expect(task.scorers[0].name).toBe("continuation");
    }
  });

  it.each([
    ["answers held to the choices", mmlu, { constrained: true }, "constrained"],
    ["a length of answers", jsonl, { maxTokens: 3 }, "maxTokens"],
    ["prompts as published", { ...mmlu, asked: { ...asked, promptStyle: "official" as const } }, {}, "promptStyle"],
    ["reasoning", { ...jsonl, asked: { ...asked, chainOfThought: true } }, {}, "chainOfThought"],
  ])("does not go with %s", (_, task, more, name) => {
    expect(() => configureTask(task, { ...choices, ...more })).toThrow(
      expect.objectContaining({
        code: "ERR_INVALID_ARGUMENT",
        message: expect.stringContaining("scorer continuation"),
        details: expect.objectContaining({ name }),
      }),
    );
  });

  it("does not go with a task that holds its answers to the choices by itself", () => {
    const question = { id: "q1", prompt: "?", expected: "A", choices: [" A", " B"] };
    expect(() => requireScorable({ ...configureTask(mmlu, choices), constrained: true }, [question])).toThrow(
      expect.objectContaining({
        code: "ERR_INVALID_ARGUMENT",
        details: expect.objectContaining({ name: "constrained" }),
      }),
    );
  });
});

describe("questions that cannot be scored, whatever is answered", () => {
  const sample = { id: "q2", prompt: "?", expected: "five" };

  it("are named where they have no choices to hold answers to", () => {
    const question = { ...sample, id: "q1", expected: "A", choices: [" A", " B"] };
    expect(() => requireScorable({ ...mmlu, constrained: true }, [question, sample])).toThrow(
      expect.objectContaining({ code: "ERR_INVALID_ARGUMENT", message: expect.stringContaining("q2") }),
    );
  });

  it.each([
    ["choice-log-probability", "needs choices"],
    ["choice-probability", "needs choices"],
    ["choice-margin", "needs choices"],
    ["continuation", "needs choices"],
    ["continuation-normalised", "needs choices"],
    ["number", "a number is expected"],
    ["refusal-phrases", '"safe" or "unsafe" is expected'],
    ["rejection-classifier", '"safe" or "unsafe" is expected'],
  ])("are named where the scorer is %s", (scorer, reason) => {
    expect(() => requireScorable(configureTask(jsonl, { scorer }), [sample])).toThrow(
      expect.objectContaining({
        code: "ERR_TASK",
        message: expect.stringContaining(reason),
        details: { task: "jsonl", scorer, sample: "q2" },
      }),
    );
  });
});
