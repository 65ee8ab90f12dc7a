import { configureTask } from "../../../lib/tasks/configure";
import { mmlu } from "../../../lib/tasks/mmlu";
import { requireChoices } from "../../../lib/tasks/require-samples";
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

test("answers cannot be held to the choices of a question without any: it is named", () => {
  const question = { id: "q1", prompt: "?", expected: "A", choices: [" A", " B"] };
  requireChoices([question]);
  expect(() => requireChoices([question, { id: "q2", prompt: "?", expected: "A" }])).toThrow(
    expect.objectContaining({ code: "ERR_INVALID_ARGUMENT", message: expect.stringContaining("q2") }),
  );
});
