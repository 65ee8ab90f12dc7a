import fc from "fast-check";
import type { NativeColumns, NativeNull } from "../../lib/native/addon";
import { loadAddon } from "../../lib/native/load";

interface Data {
  scores: number[];
  strata: number[];
  /** By column, one a sample; multiples of 1/4, so that what is done to them is exact in float32. */
  z: number[][];
  seed: number;
}

const data: fc.Arbitrary<Data> = fc
  .integer({ min: 2, max: 25 })
  .chain((n) => {
    const list = <T>(value: fc.Arbitrary<T>) => fc.array(value, { minLength: n, maxLength: n });
    const activation = fc.oneof(
      fc.constant(0),
      fc.integer({ min: -999, max: 999 }).map((x) => x / 4),
    );
    return fc.record({
      scores: list(fc.constantFrom(0, 0.25, 1)),
      strata: fc.oneof(fc.constant<number[]>([]), list(fc.nat(2))),
      z: fc.array(list(activation), { maxLength: 5 }),
      seed: fc.nat(),
    });
  })
  .filter(({ scores, strata }) =>
    [0, 1, 2].some((stratum) => varies(scores.filter((_, i) => stratum === (strata[i] ?? 0)))),
  );

function varies(values: readonly number[]): boolean {
  return new Set(values).size > 1;
}

function columnsOf(z: number[][], nSamples: number): NativeColumns {
  const entries = z.map((column) => column.flatMap((value, sample) => (value === 0 ? [] : [{ value, sample }])));
  const offsets = Uint32Array.from([0, ...entries.map((_, c) => entries.slice(0, c + 1).flat().length)]);
  const samples = Uint32Array.from(entries.flat(), ({ sample }) => sample);
  return { nSamples, offsets, samples, values: Float32Array.from(entries.flat(), ({ value }) => value) };
}

interface Permuted extends Pick<NativeNull, "r" | "exceed"> {
  maxR: Float64Array;
  minR: Float64Array;
}

async function permute({ scores, strata, z, seed }: Data): Promise<Permuted> {
  const columns = columnsOf(z, scores.length);
  const plan = {
    scores: Float64Array.from(scores),
    strata: Uint32Array.from(strata),
    basis: new Float64Array(),
    clusters: new Uint32Array(),
    firstPermutation: 0,
    nPermutations: 20,
    countExceeding: true,
    seed,
    threads: 1,
  };
  const [above, below] = await Promise.all(
    (["positive", "negative"] as const).map((sign) => loadAddon().permutationNull(columns, { ...plan, sign })),
  );
  const { r, exceed, strongest: maxR } = above!;
  return { r, exceed, maxR, minR: below!.strongest.map((strength) => -strength) };
}

function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>): void {
  expect(actual).toHaveLength(expected.length);
  Array.from(expected, (value, i) => expect(actual[i]).toBeCloseTo(value, 11));
}

const holds = (property: (data: Data) => Promise<void>) => fc.assert(fc.asyncProperty(data, property));

describe("the permutation null", () => {
  it("does not change with the unit of scores and activations, nor with what is added to all of them", () =>
    holds(async (one) => {
      const scores = one.scores.map((y) => 8 - 3 * y);
      const z = one.z.map((column) => column.map((value) => 8 * value + 1024));
      const [expected, actual] = await Promise.all([permute(one), permute({ ...one, scores, z })]);
      const flipped = (r: Float64Array) => r.map((value) => -value);
      expectClose(actual.r, flipped(expected.r));
      expectClose(actual.maxR, flipped(expected.minR));
      expectClose(actual.minR, flipped(expected.maxR));
      expect(actual.exceed).toEqual(expected.exceed);
    }));

  it("gives an r that does not change with the order of the samples", () =>
    holds(async (one) => {
      const turned = <T>(list: T[]) => [...list.slice(1), ...list.slice(0, 1)];
      const other = { ...one, scores: turned(one.scores), strata: turned(one.strata), z: one.z.map(turned) };
      expectClose((await permute(other)).r, (await permute(one)).r);
    }));

  it("of all columns is the strongest of its parts", () =>
    holds(async (one) => {
      const [whole, ...parts] = await Promise.all([
        permute(one),
        ...one.z.map((column) => permute({ ...one, z: [column] })),
      ]);
      if (parts.length === 0) return;
      expect([...whole.r]).toEqual(parts.map(({ r }) => r[0]));
      expect([...whole.exceed]).toEqual(parts.map(({ exceed }) => exceed[0]));
      expect([...whole.maxR]).toEqual(Array.from(whole.maxR, (_, b) => Math.max(...parts.map(({ maxR }) => maxR[b]!))));
      expect([...whole.minR]).toEqual(Array.from(whole.minR, (_, b) => Math.min(...parts.map(({ minR }) => minR[b]!))));
    }));

  it("keeps what belongs to a stratum in it: scores that are all the same there stay so", () =>
    holds(async (one) => {
      const strata = one.strata.length === 0 ? one.scores.map((_, i) => i % 3) : one.strata;
      const scores = one.scores.map((y, i) => (strata[i] === 0 ? y : strata[i]! / 4));
      fc.pre(varies(scores.filter((_, i) => strata[i] === 0)));
      const elsewhere = one.z.map((column) => column.map((value, i) => (strata[i] === 0 ? 0 : value)));
      const { r, maxR, minR, exceed } = await permute({ ...one, strata, scores, z: elsewhere });
      for (const value of [...r, ...maxR, ...minR]) expect(value).toBeCloseTo(0, 11);
      expect([...exceed]).toEqual(one.z.map(() => 20));
    }));

  it("has nothing of what is the same in each stratum", () =>
    holds(async (one) => {
      const strata = one.strata.length === 0 ? one.scores.map(() => 0) : one.strata;
      const z = one.z.map((column) => column.map((value, i) => value + 16 * strata[i]!));
      const [expected, actual] = await Promise.all([permute(one), permute({ ...one, z })]);
      expectClose(actual.r, expected.r);
      expectClose(actual.maxR, expected.maxR);
      expect(actual.exceed).toEqual(expected.exceed);
      const members = [0, 1, 2].map((stratum) => strata.map((own) => Number(own === stratum)));
      for (const value of (await permute({ ...one, z: members })).r) expect(value).toBe(0);
    }));

  it("does not lose r to activations that are large, small, or far from 0", () =>
    holds(async (one) => {
      const expected = await permute(one);
      for (const unit of [2 ** 20, 2 ** -20]) {
        const actual = await permute({ ...one, z: one.z.map((column) => column.map((value) => value * unit)) });
        expectClose(actual.r, expected.r);
        expect(actual.exceed).toEqual(expected.exceed);
      }
      const far = await permute({ ...one, z: one.z.map((column) => column.map((value) => value + 2 ** 20)) });
      Array.from(expected.r, (value, column) => expect(far.r[column]).toBeCloseTo(value, 9));
      for (const value of [...far.r, ...far.maxR, ...far.minR]) expect(Math.abs(value)).toBeLessThanOrEqual(1);
    }));
});
