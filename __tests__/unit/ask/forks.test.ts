import type { Question } from "../../../lib/ask/answer";
import { answerOf, forksOf, nForks } from "../../../lib/ask/forks";
import type { BranchResult } from "../../../lib/model/engine";
import type { NativeSpool } from "../../../lib/native/addon";
import { Steering } from "../../../lib/steering/steering";
import { continuation, continuationNormalised } from "../../../lib/score/continuation";
import type { Scorer } from "../../../lib/score/scorer";
import { parityTask } from "../../support/tiny-task";

const sample = { id: "q", prompt: "?", expected: "a", choices: [" a", " bcd", " e"] };
const written: Question = { sample, prompt: Int32Array.of(1), choiceTokens: Int32Array.of(10, 11, 12) };
const CONTINUATIONS = [Int32Array.of(10), Int32Array.of(11, 12), Int32Array.of(13)];
const trying = (scorer: Scorer): Question => ({ ...written, tried: { continuations: CONTINUATIONS, scorer } });

/** What came of a fork with these log-probabilities. */
function fork(...forced: readonly number[]): BranchResult {
  return {
    tokens: Int32Array.from(forced, (_, i) => i),
    text: "as the tokens have it",
    stopReason: "length",
    choiceLogProbabilities: new Float64Array(),
    forcedLogProbabilities: Float64Array.from(forced),
    scores: undefined,
    promptScores: undefined,
    logits: new Float32Array(),
    watched: new Float32Array(),
    receipt: [
      {
        layer: 3,
        rows: forced.length,
        leftAlone: 0,
        meanAddedNorm: 2,
        maxAddedNorm: 2,
        meanResidualNorm: 10,
        addedShare: 0.2,
      },
    ],
  };
}

describe("an answer that is written", () => {
  it("is one fork, as it comes", () => {
    const branches = forksOf({}, written, 7, { ...parityTask, constrained: true });
    expect(branches).toEqual([
      { maxTokens: 6, stop: [], choiceTokens: written.choiceTokens, allowedFirstTokens: written.choiceTokens },
    ]);
    const result = fork(-1);
    expect(answerOf(written, [result])).toEqual({ result, fork: 0 });
  });
});

describe("an answer that is one of the choices, tried whole", () => {
  it("takes a fork for each, steered alike, its rows in slots of their own", () => {
    const steering = Object.create(Steering.prototype) as Steering;
    const capture = (slot: number) => ({ spool: {} as NativeSpool, slot, positions: "generated" as const });
    const question = trying(continuation);
    const branches = forksOf({ steering, capture }, question, 7, parityTask);

    expect(nForks(question)).toBe(3);
    expect(branches).toEqual(
      CONTINUATIONS.map((forcedTokens, i) => ({ forcedTokens, steering, capture: capture(7 + i) })),
    );
  });

  it("is the one that is worth most: summed, or by character", () => {
    const forks = [fork(-2), fork(-1.5, -1.5), fork(-4)];
    expect(answerOf(trying(continuation), forks)).toMatchObject({
      fork: 0,
      result: { text: " a", stopReason: "end", choiceLogProbabilities: Float64Array.of(-2, -3, -4) },
    });
    expect(answerOf(trying(continuationNormalised), forks)).toMatchObject({
      fork: 1,
      result: { text: " bcd", tokens: Int32Array.of(0, 1) },
    });
  });

  it("is the first of those worth most", () => {
    expect(answerOf(trying(continuation), [fork(-3), fork(-1, -1), fork(-2)]).fork).toBe(1);
  });

  it("has a receipt of all that was tried", () => {
    const { result } = answerOf(trying(continuation), [fork(-2), fork(-1, -1), fork(-3)]);
    expect(result.receipt).toEqual([
      { layer: 3, rows: 4, leftAlone: 0, meanAddedNorm: 2, maxAddedNorm: 2, meanResidualNorm: 10, addedShare: 0.2 },
    ]);
  });

  it.each([
    ["gives no number", () => undefined as unknown as number],
    ["gives no finite number", () => -Infinity],
    [
      "throws",
      () => {
        throw new Error("no scale");
      },
    ],
  ])("names question and scorer where the scorer %s", (_, weigh) => {
    const own = { name: "own", score: () => 1, weigh };
    expect(() => answerOf(trying(own), [fork(-1), fork(-1), fork(-1)])).toThrow(
      expect.objectContaining({ code: "ERR_TASK", details: { scorer: "own", sample: "q" } }),
    );
  });
});
