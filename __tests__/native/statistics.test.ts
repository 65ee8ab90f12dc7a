import type { NativeColumns, NativeNullPlan } from "../../lib/native/addon";
import { loadAddon } from "../../lib/native/load";
import { random } from "./models";

const addon = loadAddon();
const N = 40;

/** Column c fires on every (c + 2)nd sample. */
function someColumns(nColumns: number): NativeColumns {
  const next = random(5);
  const offsets = [0];
  const samples: number[] = [];
  for (let c = 0; c < nColumns; c++) {
    for (let sample = 0; sample < N; sample += c + 2) samples.push(sample);
    offsets.push(samples.length);
  }
  const values = Float32Array.from(samples, () => 1 + next());
  return { nSamples: N, offsets: Uint32Array.from(offsets), samples: Uint32Array.from(samples), values };
}

function somePlan(): NativeNullPlan {
  const next = random(6);
  return {
    scores: Float64Array.from({ length: N }, () => (next() < 0.5 ? 1 : 0)),
    strata: new Uint32Array(),
    basis: new Float64Array(),
    clusters: new Uint32Array(),
    firstPermutation: 0,
    nPermutations: 100,
    sign: "both",
    countExceeding: true,
    seed: 2 ** 53 - 1,
    threads: 2,
  };
}

function pearson(a: Float64Array, b: Float64Array): number {
  const mean = (x: Float64Array) => x.reduce((sum, value) => sum + value, 0) / x.length;
  const [meanA, meanB] = [mean(a), mean(b)];
  const sum = (f: (i: number) => number) => a.reduce((total, _, i) => total + f(i), 0);
  const covariance = sum((i) => (a[i]! - meanA) * (b[i]! - meanB));
  return covariance / Math.sqrt(sum((i) => (a[i]! - meanA) ** 2) * sum((i) => (b[i]! - meanB) ** 2));
}

function dense({ offsets, samples, values }: NativeColumns, c: number): Float64Array {
  const column = new Float64Array(N);
  for (let i = offsets[c]!; i < offsets[c + 1]!; i++) column[samples[i]!] = values[i]!;
  return column;
}

test("gives the observed r and what permutations of the scores make of it", async () => {
  const columns = someColumns(10);
  const plan = somePlan();
  const { r, strongest: magnitudes, exceed } = await addon.permutationNull(columns, plan);
  const { strongest: maxR } = await addon.permutationNull(columns, { ...plan, sign: "positive" });
  const { strongest: negative } = await addon.permutationNull(columns, { ...plan, sign: "negative" });
  const minR = negative.map((strength) => -strength);
  r.forEach((value, c) => expect(value).toBeCloseTo(pearson(dense(columns, c), plan.scores), 12));
  expect([r.length, maxR.length, minR.length, exceed.length]).toEqual([10, 100, 100, 10]);
  expect(maxR.every((value, b) => value <= 1 && value > minR[b]!)).toBe(true);
  expect(magnitudes).toEqual(maxR.map((value, b) => Math.max(value, -minR[b]!)));
  const strongest = r.map(Math.abs).reduce((best, value, c, all) => (value > all[best]! ? c : best), 0);
  expect(exceed[strongest]).toBeLessThan(Math.max(...exceed));
});

test("goes on with the permutations of a seed where those before ended", async () => {
  const columns = someColumns(10);
  const plan = somePlan();
  const whole = await addon.permutationNull(columns, plan);
  const rest = await addon.permutationNull(columns, { ...plan, firstPermutation: 30, nPermutations: 70 });
  expect(rest.strongest).toEqual(whole.strongest.slice(30));
});

test("finds the planted column in most resamples", async () => {
  const columns = someColumns(10);
  const { strata, clusters, basis, seed, threads } = somePlan();
  const scores = dense(columns, 3).map((value) => -value);
  const plan = { scores, strata, clusters, basis, nResamples: 50, seed, threads };
  const both = await addon.bootstrapTop(columns, { ...plan, sign: "both" });
  expect(both.top).toEqual(new Int32Array(50).fill(3));
  both.r.forEach((value) => expect(value).toBeCloseTo(-1, 12));
  const positive = await addon.bootstrapTop(columns, { ...plan, sign: "positive" });
  expect(positive.top).not.toContain(3);
});

test("takes a layer in which nothing fires", async () => {
  const columns = someColumns(0);
  const zeros = new Float64Array(100);
  const { strongest, exceed } = await addon.permutationNull(columns, somePlan());
  expect([strongest, exceed]).toEqual([zeros, new Uint32Array()]);
  const { firstPermutation: _first, nPermutations: _n, countExceeding: _c, ...plan } = somePlan();
  const { top } = await addon.bootstrapTop(columns, { ...plan, nResamples: 2, sign: "both" });
  expect(top).toEqual(Int32Array.of(-1, -1));
});

/** The same row of norm 1 and mean 0 so many times. */
function waves(nRows: number): Float64Array {
  return Float64Array.from({ length: nRows * N }, (_, i) => (i % 2 === 0 ? 1 : -1) / Math.sqrt(N));
}

const broken: [string, (columns: NativeColumns, plan: NativeNullPlan) => void, string][] = [
  ["scores that are all the same", (_, plan) => plan.scores.fill(0.1), "ERR_DEGENERATE"],
  ["a score that is not a number", (_, plan) => plan.scores.fill(NaN, 3, 4), "ERR_NON_FINITE"],
  ["an infinite activation", (columns) => columns.values.fill(Infinity, 0, 1), "ERR_NON_FINITE"],
  ["too few scores", (_, plan) => (plan.scores = plan.scores.slice(1)), "ERR_SHAPE_MISMATCH"],
  ["too few clusters", (_, plan) => (plan.clusters = new Uint32Array(N - 1)), "ERR_SHAPE_MISMATCH"],
  ["too few strata", (_, plan) => (plan.strata = new Uint32Array(N - 1)), "ERR_SHAPE_MISMATCH"],
  ["a basis of part of a row", (_, plan) => (plan.basis = new Float64Array(N + 1)), "ERR_SHAPE_MISMATCH"],
  ["a basis that is not orthonormal", (_, plan) => (plan.basis = waves(2)), "ERR_INVALID_ARGUMENT"],
  [
    "a basis that is not of mean 0 in each stratum",
    (_, plan) => (plan.basis = waves(1).fill(N ** -0.5)),
    "ERR_INVALID_ARGUMENT",
  ],
  ["fewer values than samples", (columns) => (columns.values = columns.values.slice(1)), "ERR_SHAPE_MISMATCH"],
  ["offsets beyond the entries", (columns) => columns.offsets.fill(1e6, -1), "ERR_SHAPE_MISMATCH"],
  ["no offsets", (columns) => (columns.offsets = new Uint32Array()), "ERR_SHAPE_MISMATCH"],
  ["a sample beyond the last", (columns) => columns.samples.fill(N, 3, 4), "ERR_OUT_OF_RANGE"],
  ["a sample twice in a column", (columns) => columns.samples.fill(0, 0, 2), "ERR_OUT_OF_RANGE"],
  ["no threads", (_, plan) => (plan.threads = 0), "ERR_OUT_OF_RANGE"],
];

test.each(broken)("refuses %s", async (_what, damage, code) => {
  const columns = someColumns(3);
  const plan = somePlan();
  damage(columns, plan);
  await expect(addon.permutationNull(columns, plan)).rejects.toMatchObject({ code });
  const { firstPermutation: _first, nPermutations: _n, countExceeding: _c, ...rest } = plan;
  await expect(addon.bootstrapTop(columns, { ...rest, nResamples: 1, sign: "both" })).rejects.toMatchObject({ code });
});

test("refuses arguments of another type", () => {
  const refused = expect.objectContaining({ code: "ERR_INVALID_ARGUMENT" }) as Error;
  const call = (change: object) => void addon.permutationNull(someColumns(1), { ...somePlan(), ...change });
  expect(() => call({ scores: new Float32Array(N) })).toThrow(refused);
  expect(() => call({ seed: -1 })).toThrow(refused);
  expect(() => call({ nPermutations: 0.5 })).toThrow(refused);
  expect(() => call({ firstPermutation: undefined })).toThrow(refused);
  expect(() => void addon.permutationNull({} as NativeColumns, somePlan())).toThrow(refused);
  const plan = { ...somePlan(), nResamples: 1, sign: "up" as "both" };
  expect(() => void addon.bootstrapTop(someColumns(1), plan)).toThrow(refused);
});

test("ends soon after it is cancelled", async () => {
  const cancel = addon.createCancel();
  const endless = addon.permutationNull(someColumns(10), { ...somePlan(), nPermutations: 1e7 }, cancel);
  cancel.request();
  await expect(endless).rejects.toMatchObject({ code: "ERR_CANCELLED" });
});
