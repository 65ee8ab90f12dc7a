import { fitProbe } from "../../../lib/probe/correctness-probe";
import { clustersOf } from "../../../lib/statistics/clusters";
import { normal, seededRandom } from "../../../lib/statistics/random";

const N = 200;
const D = 8;

/** Right answers are shifted along dimension 2, which is a hundred times as long as the others. */
function drawn(seed: number, shift: number) {
  const random = seededRandom(seed);
  const correct = Uint8Array.from({ length: N }, () => random(2));
  const lengths = Array.from({ length: D }, (_, j) => (j === 2 ? 100 : 1));
  const values = Float32Array.from({ length: N * D }, (_, k) => {
    const j = k % D;
    return 7 + lengths[j]! * (normal(random) + (j === 2 ? shift * correct[Math.floor(k / D)]! : 0));
  });
  return { rows: { d: D, values }, correct };
}

const place = new Float64Array(D).fill(7);
const logit = (weights: Float32Array, bias: number, row: Float32Array) =>
  row.reduce((sum, x, j) => sum + weights[j]! * x, bias);

describe("a probe of correctness", () => {
  it("tells right rows from wrong ones that it was not fitted to", async () => {
    const { rows, correct } = drawn(1, 2);
    const probe = (await fitProbe(rows, correct, { clusters: undefined, place }))!;
    expect(probe.auc).toBeGreaterThan(0.85);
    expect(probe.weights[2]! * 100).toBeGreaterThan(3 * Math.max(...probe.weights.map((w, j) => (j === 2 ? 0 : Math.abs(w))))); // prettier-ignore
  });

  it("does not where rows say nothing, however well it fits them", async () => {
    const areas = [];
    for (const seed of [1, 2, 3, 4]) {
      const { rows, correct } = drawn(seed, 0);
      areas.push((await fitProbe(rows, correct, { clusters: undefined, place }))!.auc);
    }
    expect(Math.abs(areas.reduce((sum, area) => sum + area, 0) / 4 - 0.5)).toBeLessThan(0.05);
  });

  it("says of rows at their place what it says of the rows that it was fitted to", async () => {
    const { rows, correct } = drawn(1, 2);
    const moved = place.map((x, j) => x + 1000 * j);
    const probe = (await fitProbe(rows, correct, { clusters: undefined, place: moved }))!;
    const means = Float32Array.from(moved);
    expect(logit(probe.weights, probe.bias, means)).toBeCloseTo(probe.mean, 2);
    expect(probe.deviation).toBeGreaterThan(0.5);
  });

  it("is judged on other clusters: what only tells clusters apart is worth nothing", async () => {
    const random = seededRandom(3);
    const of = Array.from({ length: N }, (_, i) => Math.floor(i / 10));
    const right = of.map((cluster) => (cluster * 7) % 20 < 10);
    const correct = Uint8Array.from(right, Number);
    const values = new Float32Array(N * 20);
    of.forEach((cluster, i) => (values[i * 20 + cluster] = 1 + 0.1 * normal(random)));
    const rows = { d: 20, values };
    const by = async (labels: (string | undefined)[]) =>
      (await fitProbe(rows, correct, { clusters: clustersOf(labels), place: new Float64Array(20) }))!.auc;
    expect(await by(of.map(() => undefined))).toBeGreaterThan(0.9);
    expect(await by(of.map(String))).toBeLessThan(0.7);
  });

  it("is none where there are too few right answers, or wrong ones, to judge it", async () => {
    const { rows } = drawn(1, 0);
    const few = Uint8Array.from({ length: N }, (_, i) => Number(i < 3));
    const asked = { clusters: undefined, place };
    expect(await fitProbe(rows, few, asked)).toBeUndefined();
    expect(await fitProbe(rows, few.map((one) => 1 - one), asked)).toBeUndefined(); // prettier-ignore
  });
});
