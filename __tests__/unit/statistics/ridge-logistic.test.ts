import { normal, seededRandom } from "../../../lib/statistics/random";
import { ridgeLogistic, scoreOf, type Rows } from "../../../lib/statistics/ridge-logistic";

const random = seededRandom(1);
const N = 60;
const D = 5;
const rows: Rows = { d: D, values: Float32Array.from({ length: N * D }, () => normal(random)) };
const labels = Uint8Array.from({ length: N }, (_, i) => Number(rows.values[i * D]! + normal(random) > 0.5));

/** Of the loss, at a point. */
function gradient(weights: Float64Array, bias: number, ridge: number): number[] {
  const residuals = Array.from(labels, (label, i) => 1 / (1 + Math.exp(-scoreOf(rows, i, weights, bias))) - label);
  const along = (j: number) => residuals.reduce((sum, residual, i) => sum + residual * rows.values[i * D + j]!, 0);
  return [...Array.from(weights, (weight, j) => along(j) + ridge * weight), residuals.reduce((sum, one) => sum + one)];
}

describe("logistic regression with a ridge", () => {
  it.each([0.1, 1, 100])("ends where the loss is level, with a ridge of %p", async (ridge) => {
    const { weights, bias } = await ridgeLogistic(rows, labels, { ridge });
    for (const slope of gradient(weights, bias, ridge)) expect(Math.abs(slope)).toBeLessThan(1e-3);
  });

  it("finds the direction that the labels were made of, and less of it with more of a ridge", async () => {
    const [weak, strong] = [
      await ridgeLogistic(rows, labels, { ridge: 0.1 }),
      await ridgeLogistic(rows, labels, { ridge: 100 }),
    ];
    expect(weak.weights[0]).toBeGreaterThan(2 * Math.max(...weak.weights.slice(1).map(Math.abs)));
    expect(Math.abs(strong.weights[0]!)).toBeLessThan(Math.abs(weak.weights[0]!));
  });

  it("has a bias of the labels' log-odds where rows say nothing", async () => {
    const { weights, bias } = await ridgeLogistic({ d: D, values: new Float32Array(N * D) }, labels, { ridge: 1 });
    const share = labels.reduce((sum, label) => sum + label, 0) / N;
    expect([...weights]).toEqual(Array(D).fill(0));
    expect(bias).toBeCloseTo(Math.log(share / (1 - share)), 4);
  });

  it("fits some of the rows as it would without the others", async () => {
    const among = Array.from({ length: N / 2 }, (_, i) => i);
    const half = await ridgeLogistic(rows, labels, { among, ridge: 1 });
    const alone = { d: D, values: rows.values.slice(0, (N / 2) * D) };
    expect(half).toEqual(await ridgeLogistic(alone, labels.slice(0, N / 2), { ridge: 1 }));
  });

  it("stays finite where labels part the rows", async () => {
    const parted = labels.map((_, i) => Number(rows.values[i * D]! > 0));
    const { weights } = await ridgeLogistic(rows, parted, { ridge: 0.01 });
    expect(weights.every(Number.isFinite)).toBe(true);
  });

  it("rejects with the signal's reason", async () => {
    const reason = new Error("enough");
    await expect(ridgeLogistic(rows, labels, { ridge: 1, signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });
});
