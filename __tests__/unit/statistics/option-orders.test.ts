import { goldOverOrders } from "../../../lib/statistics/option-orders";

/** Log-probabilities of options under cyclic orders, by option: what each is worth and what its letter adds, normalised. */
function asked(worth: readonly number[], letters: readonly number[]): number[][] {
  return letters.map((_, shift) => {
    const logits = worth.map((value, option) => value + letters[(option + shift) % letters.length]!);
    const total = Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit), 0));
    return logits.map((logit) => logit - total);
  });
}

describe("goldOverOrders", () => {
  it("is the softmax of what options are worth, whatever is added by letter", () => {
    const worth = [0.2, 1, -0.5, 0];
    const expected = Math.log(Math.exp(0.2) / worth.reduce((sum, value) => sum + Math.exp(value), 0));
    for (const letters of [
      [0, 0, 0, 0],
      [9, 0, 0, 0],
      [-3, 4, 1, 8],
    ]) {
      const { logProbability, auroc } = goldOverOrders(asked(worth, letters));
      expect(logProbability).toBeCloseTo(expected, 12);
      expect(auroc).toBe(2 / 3);
    }
  });

  it("counts a tie by half, and is 0 or 1 where all others are likelier or less likely", () => {
    expect(goldOverOrders([[-1, -1, -2]]).auroc).toBe(0.75);
    expect(goldOverOrders([[-3, -1, -2]]).auroc).toBe(0);
    expect(goldOverOrders([[-1, -3]]).auroc).toBe(1);
  });
});
