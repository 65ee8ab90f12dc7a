import { createHash } from "node:crypto";
import { officialSplit } from "../../../lib/data/official-split";
import type { Sample, SplitName } from "../../../lib/data/sample";
import { splitCounts, splitSamples } from "../../../lib/data/split";

const pool = (count: number, split?: SplitName): Sample[] =>
  Array.from({ length: count }, (_, i) => ({
    id: `${i}`,
    prompt: `question ${i}`,
    expected: "",
    ...(split && { split }),
  }));
const hash = (samples: Sample[]) =>
  createHash("sha256")
    .update(samples.map(({ id }) => id).join(","))
    .digest("hex")
    .slice(0, 16);

// Membership in order, from numpy 2.4.6: shuffle and train_test_split of the datasets library, both being
// default_rng(seed).permutation(n); sizes of train, validation and test as published.
const JOINED = [
  { n: 10, seed: 0, sizes: [2, 1, 7], hashes: ["0023da9f058c39d7", "e7f6c011776e8db7", "cef81d0a17146455"] },
  { n: 10, seed: 1, sizes: [2, 1, 7], hashes: ["5fc7339643ae4e37", "4e07408562bedb8b", "68813309b06a20a6"] },
  { n: 10, seed: 42, sizes: [2, 1, 7], hashes: ["b549b4a92184ecb4", "6b86b273ff34fce1", "a047b0b6b6f1ac94"] },
  { n: 450, seed: 0, sizes: [121, 14, 315], hashes: ["08d8f1fd27177a33", "a8dbf968fe024d89", "458f73e8474bc6c8"] },
  { n: 450, seed: 1, sizes: [121, 14, 315], hashes: ["9101ea268d593963", "71f14cd8c3a3fb9f", "17985f4eb957ea2c"] },
  { n: 450, seed: 42, sizes: [121, 14, 315], hashes: ["dc088fc194b2458d", "c332bb0455c88886", "ff376e6fe84ad41b"] },
  { n: 4326, seed: 0, sizes: [1167, 130, 3029], hashes: ["aecbb1079a521351", "0c8acc5b3316c232", "3e69083b3b97c94c"] },
  { n: 4326, seed: 1, sizes: [1167, 130, 3029], hashes: ["866463ddaba0df89", "738249737192ee64", "93055b5d183f18d8"] },
  { n: 4326, seed: 42, sizes: [1167, 130, 3029], hashes: ["8b78956676ebba08", "280cc2a68d51470a", "543bd87a993c6d31"] },
  {
    n: 29246,
    seed: 0,
    sizes: [7895, 878, 20473],
    hashes: ["1d23ee7d4f2591d4", "3a2293495905d291", "7fcf5f8e042a5717"],
  },
  {
    n: 29246,
    seed: 1,
    sizes: [7895, 878, 20473],
    hashes: ["2918045be7dded0c", "e1b7830de81d9a18", "cbe0ddbb37c70976"],
  },
  {
    n: 29246,
    seed: 42,
    sizes: [7895, 878, 20473],
    hashes: ["9866a5a4e85aca24", "bd6fc6c24db97a7a", "1bba415d4e058048"],
  },
];

test.each(JOINED)("cuts a pool of $n as the published code does with seed $seed", ({ n, seed, sizes, hashes }) => {
  const { train, validation, test } = officialSplit(pool(n), seed);
  expect([train.length, validation.length, test.length]).toEqual(sizes);
  expect([train, validation, test].map(hash)).toEqual(hashes);
});

test.each([
  ["XSTest", 450, [121, 14, 315]],
  ["HarmBench", 400, [108, 12, 280]],
  ["BBQ, one condition", 29_246, [7895, 878, 20_473]],
  ["BBQ", 58_492, [15_792, 1755, 40_945]],
  ["SimpleQA", 4326, [1167, 130, 3029]],
])("has the published sizes of %s", (_, n, sizes) => {
  const { train, validation, test } = officialSplit(pool(n), 42);
  expect([train.length, validation.length, test.length]).toEqual(sizes);
});

test("cuts the train part of GSM8K 90 / 10 and shuffles its test part", () => {
  const { train, validation, test } = officialSplit([...pool(7473, "train"), ...pool(1319, "test")], 42);
  expect([train.length, validation.length, test.length]).toEqual([6725, 748, 1319]);
  expect([train, validation, test].map(hash)).toEqual(["ffa3c1a387590b60", "b75312cd7a458dc5", "4d81ec792f8cded0"]);
});

test("cuts the train part of MMLU-Pro to the published sizes", () => {
  const { train, validation, test } = officialSplit([...pool(7847, "train"), ...pool(2135, "test")], 42);
  expect([train.length, validation.length, test.length]).toEqual([7062, 785, 2135]);
});

test("shuffles the three parts that a data set has", () => {
  const { train, validation, test } = officialSplit(
    [...pool(5, "train"), ...pool(10, "validation"), ...pool(10, "test")],
    42,
  );
  expect(train).toHaveLength(5);
  expect(validation.map(({ id }) => id).join("")).toBe("5607324918"); // numpy: default_rng(42).permutation(10)
  expect(hash(validation)).toBe(hash(test));
});

test("keeps copies, and takes the first of the order", () => {
  const samples = pool(20).map((sample) => ({ ...sample, prompt: "the same" }));
  const split = splitSamples(samples, { kind: "official", seed: 1, train: 2, validation: 5 });
  expect([split.train.length, split.validation.length, split.test.length, split.duplicates]).toEqual([2, 1, 14, 0]);
  expect(split.shortfall.validation).toBe(4);
});

test("takes no negative seed", () => {
  expect(() => splitSamples(pool(20), { kind: "official", seed: -1 })).toThrow(
    expect.objectContaining({ code: "ERR_OUT_OF_RANGE" }),
  );
});

test("says which test questions share words or a cluster with others", () => {
  const samples = Array.from({ length: 40 }, (_, i): Sample => ({
    ...{ id: `${i}`, prompt: `Question ${i}?`, expected: "" },
    ...(i % 2 === 0 && { cluster: `template ${i % 8}` }),
  }));
  const official = splitSamples(samples, { seed: 1, kind: "official" });
  const others = new Set([...official.train, ...official.validation].flatMap(({ cluster }) => cluster ?? []));
  const leaked = official.test.filter(({ cluster }) => cluster !== undefined && others.has(cluster)).length;
  expect(leaked).toBeGreaterThan(0);
  expect(splitCounts(official).leaked).toBe(leaked);
  expect(splitCounts(splitSamples(samples, { seed: 1 })).leaked).toBe(0);
});
