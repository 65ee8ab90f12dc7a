import { outputScoreOf } from "../../../lib/select/output-score";

const logits = Float32Array.from([0.1, 0.2, 0.4, 0.3], Math.log);

describe("an output score", () => {
  it("is the largest p of the tokens times 1 - their best rank / V", () => {
    expect(outputScoreOf(logits, Int32Array.of(2))).toBeCloseTo(0.4, 6);
    expect(outputScoreOf(logits, Int32Array.of(0, 1))).toBeCloseTo(0.2 * (1 - 2 / 4), 6);
    expect(outputScoreOf(logits, Int32Array.of(0))).toBeCloseTo(0.1 * (1 - 3 / 4), 6);
  });

  it("does not mind how large logits are", () => {
    expect(outputScoreOf(Float32Array.of(2000, 1000, 0, 0), Int32Array.of(0, 3))).toBe(1);
  });
});
