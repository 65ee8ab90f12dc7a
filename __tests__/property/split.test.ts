import * as fc from "fast-check";
import type { Sample } from "../../lib/data/sample";
import { numpyPermutation } from "../../lib/data/numpy-permutation";
import { splitSamples } from "../../lib/data/split";

const content = (sample: Sample) => sample.prompt.toLowerCase().replace(/\s+/g, " ").trim();

/** Few different prompts, so that many samples ask the same; all of them have a split, or none. */
const samplesWith = (split: fc.Arbitrary<Sample["split"]>): fc.Arbitrary<Sample[]> =>
  fc
    .array(fc.tuple(fc.integer({ min: 0, max: 60 }), fc.constantFrom("q", "Q", " q", "q \n"), split), { maxLength: 80 })
    .map((rows) =>
      rows.map(([n, q, split], i) => ({ id: `${i}`, prompt: `${q} ${n}`, expected: "", ...(split && { split }) })),
    );
const samples = fc.oneof(
  samplesWith(fc.constant(undefined)),
  samplesWith(fc.constantFrom("train", "validation", "test")),
  samplesWith(fc.constantFrom("train", "test")),
);
const options = fc.record({
  seed: fc.integer(),
  train: fc.nat(30),
  validation: fc.nat(30),
  test: fc.nat(30),
});

describe("splitSamples", () => {
  it("never parts a cluster, nor what is joined by questions asked in two of them, whatever the seed", () => {
    const clustered = fc.tuple(
      samples,
      fc.array(fc.option(fc.nat(9), { nil: undefined }), { minLength: 80, maxLength: 80 }),
    );
    fc.assert(
      fc.property(clustered, fc.integer(), ([samples, clusters], seed) => {
        const pool = samples.map((sample, i) =>
          clusters[i] === undefined ? sample : { ...sample, cluster: `c${clusters[i]}` },
        );
        const { train, validation, test } = splitSamples(pool, { seed });
        const parts = [train, validation, test].map((part) => new Set(part.flatMap(({ cluster }) => cluster ?? [])));
        const all = parts.flatMap((part) => [...part]);
        expect(new Set(all).size).toBe(all.length);
      }),
    );
  });

  it("never asks one question twice, within a split or across splits", () => {
    fc.assert(
      fc.property(samples, options, (samples, options) => {
        const { train, validation, test } = splitSamples(samples, options);
        const asked = [...train, ...validation, ...test].map(content);
        expect(new Set(asked).size).toBe(asked.length);
      }),
    );
  });

  it("loses nothing: what is there is taken, or a copy, or beyond the size asked for", () => {
    fc.assert(
      fc.property(samples, fc.integer(), (samples, seed) => {
        const { train, validation, test, duplicates } = splitSamples(samples, { seed });
        expect(train.length + validation.length + test.length + duplicates).toBe(samples.length);
        expect(samples.length - duplicates).toBe(new Set(samples.map(content)).size);
      }),
    );
  });

  it("gives what was asked for, less the shortfall it reports", () => {
    fc.assert(
      fc.property(samples, options, (samples, options) => {
        const split = splitSamples(samples, options);
        for (const part of ["train", "validation", "test"] as const) {
          expect(split[part].length + split.shortfall[part]).toBe(options[part]);
          expect(split.shortfall[part]).toBeGreaterThanOrEqual(0);
        }
      }),
    );
  });

  it("does not depend on the order of the samples", () => {
    const shuffled = samples.chain((samples) =>
      fc.tuple(fc.constant(samples), fc.shuffledSubarray(samples, { minLength: samples.length })),
    );
    fc.assert(
      fc.property(shuffled, options, ([samples, shuffled], options) => {
        expect(splitSamples(shuffled, options)).toEqual(splitSamples(samples, options));
      }),
    );
  });

  it("keeps a question in its split, whatever the seed and the size", () => {
    fc.assert(
      fc.property(samples, options, options, (samples, options, others) => {
        const { train, validation, test } = splitSamples(samples, options);
        const other = splitSamples(samples, others);
        const asked = (list: readonly Sample[]) => new Set(list.map(content));
        for (const sample of train) expect(asked([...other.validation, ...other.test])).not.toContain(content(sample));
        for (const sample of validation) expect(asked([...other.train, ...other.test])).not.toContain(content(sample));
        for (const sample of test) expect(asked([...other.train, ...other.validation])).not.toContain(content(sample));
      }),
    );
  });
});

describe("the official split", () => {
  const seeds = fc.nat({ max: Number.MAX_SAFE_INTEGER });

  it("puts every sample into one part, also those of data sets with parts of their own", () => {
    fc.assert(
      fc.property(samples, seeds, (samples, seed) => {
        const { train, validation, test, duplicates } = splitSamples(samples, { kind: "official", seed });
        const ids = [...train, ...validation, ...test].map(({ id }) => id);
        expect([...ids].sort()).toEqual(samples.map(({ id }) => id).sort());
        expect(duplicates).toBe(0);
        for (const sample of samples) {
          if (sample.split === "test") expect(test).toContain(sample);
          if (sample.split === "validation") expect(validation).toContain(sample);
        }
      }),
    );
  });

  it("has orders that are permutations, and the same for the same seed", () => {
    fc.assert(
      fc.property(seeds, fc.nat({ max: 300 }), (seed, n) => {
        const order = numpyPermutation(seed, n);
        expect([...order].sort((a, b) => a - b)).toEqual([...Array(n).keys()]);
        expect(numpyPermutation(seed, n)).toEqual(order);
      }),
    );
  });
});
