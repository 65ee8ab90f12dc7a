import type { Score } from "../../../lib/score/scorer";
import { scoreAnswers } from "../../../lib/ask/score-answers";
import { parityTask } from "../../support/tiny-task";

const sample = (i: number) => ({ id: `q${i}`, prompt: "?", expected: "B" });
const scorables = (n: number) =>
  Array.from({ length: n }, (_, i) => ({ answer: { completion: `${i}` }, sample: sample(i) }));
const taskScoring = (score: (completion: string) => unknown) => ({
  ...parityTask,
  scorers: [{ name: "mine", score: ({ completion }: { completion: string }) => score(completion) as Score }] as const,
});

describe("scoreAnswers", () => {
  it("gives scores in order, of functions and of promises, with the extras that came with them", async () => {
    const slowest = taskScoring(async (completion) => {
      await new Promise((resolve) => setTimeout(resolve, 20 - 5 * Number(completion)));
      return { score: Number(completion) / 4, extras: { length: 1 } };
    });
    expect(await scoreAnswers(slowest, scorables(3))).toEqual([
      { score: 0, extras: { length: 1 } },
      { score: 0.25, extras: { length: 1 } },
      { score: 0.5, extras: { length: 1 } },
    ]);
    expect(
      await scoreAnswers(
        taskScoring(() => 1),
        scorables(2),
      ),
    ).toEqual([{ score: 1 }, { score: 1 }]);
  });

  it("has at most 32 answers with the scorer at once", async () => {
    let running = 0;
    let most = 0;
    const counting = taskScoring(async () => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
      return 1;
    });
    expect(await scoreAnswers(counting, scorables(100))).toHaveLength(100);
    expect(most).toBe(32);
  });

  it.each<[string, (completion: string) => unknown, string]>([
    ["NaN", () => NaN, "expected a score in [0, 1], got NaN"],
    ["a score above 1", () => 1.5, "got 1.5"],
    ["a score below 0", () => -0.1, "got -0.1"],
    ["a boolean", () => true, "got true"],
    ["a number as text", () => "1", "got '1'"],
    ["nothing", () => undefined, "got undefined"],
    ["a promise of nothing", () => Promise.resolve(), "got undefined"],
    ["an object without a score", () => ({ extras: {} }), "got undefined"],
    ["an extra that is no number", () => ({ score: 1, extras: { why: "so" } }), `extra "why", got 'so'`],
    ["an extra that is infinite", () => ({ score: 1, extras: { odds: Infinity } }), `extra "odds", got Infinity`],
    ["a list of extras", () => ({ score: 1, extras: [1] }), "extras as numbers by name, got [ 1 ]"],
    ["a rejection", () => Promise.reject(new Error("no server")), "the scorer threw (no server)"],
    [
      "an exception that is no error",
      () => {
        throw "a string"; // eslint-disable-line @typescript-eslint/only-throw-error -- a user's may
      },
      "the scorer threw (a string)",
    ],
  ])("names task, scorer and sample when a scorer gives %s", async (_, score, message) => {
    const faulty = taskScoring((completion) => (completion === "2" ? score(completion) : 1));
    await expect(scoreAnswers(faulty, scorables(4))).rejects.toMatchObject({
      code: "ERR_TASK",
      message: expect.stringMatching(/^task parity, sample q2: /),
      details: { task: "parity", scorer: "mine", sample: "q2" },
    });
    await expect(scoreAnswers(faulty, scorables(4))).rejects.toThrow(message);
  });

  it("keeps what the scorer threw as the cause", async () => {
    const cause = new TypeError("boom");
    const throwing = taskScoring(() => Promise.reject(cause));
    await expect(scoreAnswers(throwing, scorables(1))).rejects.toMatchObject({ cause });
  });

  it("ends with the signal's reason after an abort", async () => {
    const aborted = scoreAnswers(
      taskScoring(() => 1),
      scorables(1),
      { signal: AbortSignal.abort() },
    );
    await expect(aborted).rejects.toMatchObject({ name: "AbortError" });
  });
});
