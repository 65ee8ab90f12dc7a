import { summarizeControl } from "../../../lib/evaluate/control-summary";
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

const PLAIN = ["baseline", 10, 60] as const;
const HELD = ["baseline-constrained", 30, 100] as const;

describe("the verdict", () => {
  it("says that a gain is knowledge only when it stays with the choices forced on both", () => {
    const arms = [arm(...PLAIN), arm("A", 40, 100, [...PLAIN]), arm(...HELD), arm("A-constrained", 48, 100, [...HELD])];
    const [first, second] = verdicts(["A"], arms, []);
    expect(first).toMatch(/^A raises accuracy: 10\.0 % \(baseline\) to 40\.0 %, \+30\.0 points/);
    expect(second).toMatch(/^With the choices forced on both, A raises accuracy: 30\.0 %.*: more than format\.$/);
  });

  it("says that a gain which is gone with the choices forced on both is the answer's format", () => {
    const arms = [arm(...PLAIN), arm("A", 32, 100, [...PLAIN]), arm(...HELD), arm("A-constrained", 31, 100, [...HELD])];
    expect(verdicts(["A"], arms, [])[1]).toMatch(
      /^The gain is the answer's format, not knowledge: .* go from 60\.0 % to 100\.0 %, .* A does not measurably change accuracy/,
    );
  });

  it("says that most of a gain is format when less than half of it stays", () => {
    const arms = [arm(...PLAIN), arm("A", 50, 100, [...PLAIN]), arm(...HELD), arm("A-constrained", 40, 100, [...HELD])];
    expect(verdicts(["A"], arms, [])[1]).toMatch(
      /^Most of the gain is the answer's format: .* A raises accuracy: 30\.0 %/,
    );
  });

  it("says when most answers are one and the same", () => {
    const same = { ...arm("A", 32, 100, [...PLAIN]), commonestAnswer: { completion: " A", share: 0.9 } };
    expect(verdicts(["A"], [arm(...PLAIN), same], [])[2]).toBe('90.0 % of the answers of A are " A".');
  });

  it("says that a loss which is gone with the choices forced on both is the answer's format", () => {
    const plain = ["baseline", 40, 90] as const;
    const arms = [arm(...plain), arm("A", 20, 60, [...plain]), arm(...HELD), arm("A-constrained", 30, 100, [...HELD])];
    expect(verdicts(["A"], arms, [])[1]).toMatch(/^The loss is the answer's format, not knowledge: /);
  });

  it("warns when few answers without steering are one of the choices", () => {
    const plain = ["baseline", 10, 20] as const;
    const [first, second] = verdicts(["A"], [arm(...plain), arm("A", 12, 20, [...plain])], []);
    expect(first).toMatch(/^Only 20\.0 % of the answers of baseline are one of the choices/);
    expect(second).toMatch(/^A does not/);
  });

  it("suspects the format where there is no such control, and not where the format did not change", () => {
    expect(verdicts(["A"], [arm(...PLAIN), arm("A", 32, 100, [...PLAIN])], [])[1]).toMatch(
      /may be the answer's format/,
    );
    expect(verdicts(["A"], [arm(...PLAIN), arm("A", 32, 60, [...PLAIN])], [])).toHaveLength(1);
  });

  it("does not call a small difference a gain", () => {
    const [only, ...more] = verdicts(["A"], [arm(...PLAIN), arm("A", 12, 60, [...PLAIN])], []);
    expect(only).toMatch(/^A does not measurably change accuracy/);
    expect(more).toEqual([]);
  });

  it("compares a gain with that of random features", () => {
    const draws = [arm("random-A-1", 12, 60, [...PLAIN]), arm("random-A-2", 38, 60, [...PLAIN])];
    const verdict = (correct: number) => {
      const arms = [arm(...PLAIN), arm("A", correct, 60, [...PLAIN]), ...draws];
      const control = { profile: "A", draws: draws.map(({ name }) => ({ name })) };
      return verdicts(["A"], arms, [summarizeControl(control, (name) => arms.find((arm) => arm.name === name)!)])[1];
    };
    const drawn = "random features in place of those of A change accuracy by \\+15.0 points on average";
    expect(verdict(40)).toMatch(
      new RegExp(`^${drawn} \\(2 draws, \\+2.0 to \\+28.0\\): none as much as the \\+30.0 of A`, "i"),
    );
    expect(verdict(38)).toMatch(new RegExp(`^Beware: ${drawn} .*, 1 of them as much as the \\+28.0 of A`));
  });
});
