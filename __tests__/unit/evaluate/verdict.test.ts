import { summarizeArm, type ArmSummary } from "../../../lib/evaluate/summary";
import { verdicts } from "../../../lib/evaluate/verdict";

interface Answer {
  score: number;
  formatValid?: boolean;
}

function outcome(name: string, answers: Answer[]) {
  return {
    arm: { name, steering: undefined, constrained: false },
    answers: answers.map((answer, i) => ({
      completion: `${answer.score}${String(answer.formatValid)}${i}`,
      generatedTokens: 1,
      stopReason: "length" as const,
      ...answer,
    })),
    receipt: [],
  };
}

/** Summaries of arms whose first `correct` of 100 answers are right and first `valid` are one of the choices. */
function arm(
  name: string,
  correct: number,
  valid: number,
  baseline?: [name: string, correct: number, valid: number],
): ArmSummary {
  const answers = (right: number, formed: number) =>
    Array.from({ length: 100 }, (_, i) => ({ score: Number(i < right), formatValid: i < formed }));
  const own = outcome(name, answers(correct, valid));
  return summarizeArm(own, baseline ? outcome(baseline[0], answers(baseline[1], baseline[2])) : own);
}

const PLAIN = ["baseline", 10, 20] as const;
const HELD = ["baseline-constrained", 30, 100] as const;

describe("the verdict", () => {
  it("says that a gain is knowledge only when it stays with the choices forced on both", () => {
    const arms = [arm(...PLAIN), arm("A", 40, 100, [...PLAIN]), arm(...HELD), arm("A-constrained", 45, 100, [...HELD])];
    const [first, second] = verdicts(["A"], [], arms);
    expect(first).toMatch(/^A raises accuracy: 10\.0 % \(baseline\) to 40\.0 %, \+30\.0 points/);
    expect(second).toMatch(/^With the choices forced on both, A still raises accuracy: 30\.0 %/);
  });

  it("says that a gain which is gone with the choices forced on both is the answer's format", () => {
    const arms = [arm(...PLAIN), arm("A", 32, 100, [...PLAIN]), arm(...HELD), arm("A-constrained", 31, 100, [...HELD])];
    expect(verdicts(["A"], [], arms)[1]).toMatch(
      /^The gain is the answer's format, not knowledge: .* go from 20\.0 % to 100\.0 %, .* A does not measurably change accuracy/,
    );
  });

  it("suspects the format where there is no such control, and not where the format did not change", () => {
    expect(verdicts(["A"], [], [arm(...PLAIN), arm("A", 32, 100, [...PLAIN])])[1]).toMatch(
      /may be the answer's format/,
    );
    expect(verdicts(["A"], [], [arm(...PLAIN), arm("A", 32, 20, [...PLAIN])])).toHaveLength(1);
  });

  it("does not call a small difference a gain", () => {
    const [only, ...more] = verdicts(["A"], [], [arm(...PLAIN), arm("A", 12, 20, [...PLAIN])]);
    expect(only).toMatch(/^A does not measurably change accuracy/);
    expect(more).toEqual([]);
  });

  it("warns when random features gain too", () => {
    const arms = [arm(...PLAIN), arm("A", 40, 20, [...PLAIN]), arm("random", 38, 20, [...PLAIN])];
    expect(verdicts(["A"], ["random"], arms)[1]).toMatch(/^Beware: random, features taken at random, raises accuracy/);
  });
});
