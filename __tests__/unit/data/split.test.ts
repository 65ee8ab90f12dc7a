import type { Sample } from "../../../lib/data/sample";
import { splitSamples } from "../../../lib/data/split";

const pool = (count: number, split?: Sample["split"]): Sample[] =>
  Array.from({ length: count }, (_, i) => ({
    id: `${split}-${i}`,
    prompt: `${split} question ${i}`,
    expected: "",
    ...(split && { split }),
  }));
const ids = (samples: Sample[]) => samples.map((sample) => sample.id);

describe("splitSamples", () => {
  it("divides a pool about 40 / 20 / 40", () => {
    const { train, validation, test } = splitSamples(pool(10_000), { seed: 1 });
    expect(train.length + validation.length + test.length).toBe(10_000);
    // five standard deviations of a binomial count
    expect(Math.abs(train.length - 4000)).toBeLessThan(245);
    expect(Math.abs(validation.length - 2000)).toBeLessThan(200);
  });

  it("divides clusters like questions: about 40 / 20 / 40 of them", () => {
    const samples = pool(20_000).map((sample, i) => ({ ...sample, cluster: `template ${i % 2000}` }));
    const { train, validation, test } = splitSamples(samples, { seed: 1 });
    const clusters = (part: Sample[]) => new Set(part.map(({ cluster }) => cluster)).size;
    expect(clusters(train) + clusters(validation) + clusters(test)).toBe(2000);
    expect(Math.abs(clusters(train) - 800)).toBeLessThan(110); // five standard deviations
    expect(Math.abs(clusters(validation) - 400)).toBeLessThan(90);
  });

  it("keeps a question in its split under another seed, another size and a larger pool", () => {
    const small = splitSamples(pool(200), { seed: 1, train: 20, validation: 10, test: 20 });
    const large = splitSamples(pool(500), { seed: 2 });
    expect(ids(large.train)).toEqual(expect.arrayContaining(ids(small.train)));
    expect(ids(large.validation)).toEqual(expect.arrayContaining(ids(small.validation)));
    expect(ids(large.test)).toEqual(expect.arrayContaining(ids(small.test)));
  });

  it("takes other questions under another seed, and more of the same when more are asked for", () => {
    const few = splitSamples(pool(500), { seed: 1, train: 50 });
    const more = splitSamples(pool(500), { seed: 1, train: 100 });
    const other = splitSamples(pool(500), { seed: 2, train: 50 });
    expect(ids(more.train).slice(0, 50)).toEqual(ids(few.train));
    expect(new Set(ids(other.train))).not.toEqual(new Set(ids(few.train)));
  });

  it("takes disjoint questions to select on under five seeds that follow each other, of a seventh of them each", () => {
    const all = splitSamples(pool(2000), { seed: 1 }).train.length;
    const taken = [40, 41, 42, 43, 44].flatMap((seed) =>
      ids(splitSamples(pool(2000), { seed, train: Math.floor(all / 7) }).train),
    );
    expect(new Set(taken).size).toBe(taken.length);
  });

  it("reports how many fewer there were than asked for", () => {
    const { train, shortfall } = splitSamples(pool(10, "train"), { seed: 1, train: 1000, test: 3 });
    expect(shortfall).toEqual({ train: 1000 - train.length, validation: 0, test: 3 });
  });

  it("keeps to the data set's own splits", () => {
    const samples = [...pool(30, "train"), ...pool(20, "validation"), ...pool(10, "test")];
    const { train, validation, test } = splitSamples(samples, { seed: 3 });
    expect([train, validation, test].map((part) => new Set(part.map((sample) => sample.split)))).toEqual([
      new Set(["train"]),
      new Set(["validation"]),
      new Set(["test"]),
    ]);
    expect([train.length, validation.length, test.length]).toEqual([30, 20, 10]);
  });

  it("makes a missing validation part from a third of train", () => {
    const { train, validation, test } = splitSamples([...pool(3000, "train"), ...pool(10, "test")], { seed: 3 });
    expect(train.length + validation.length).toBe(3000);
    expect(Math.abs(validation.length - 1000)).toBeLessThan(130); // five standard deviations
    expect(test).toHaveLength(10);
  });

  it("takes questions that differ in case and white space for one, keeping the test set's", () => {
    const samples: Sample[] = [
      { id: "a", prompt: "Is it  so?\n", expected: "yes", split: "train" },
      { id: "b", prompt: "is it so?", expected: "yes", split: "test" },
      { id: "c", prompt: "IS IT SO?", expected: "yes", split: "validation" },
    ];
    const { train, validation, test, duplicates } = splitSamples(samples, { seed: 1 });
    expect([ids(train), ids(validation), ids(test), duplicates]).toEqual([[], [], ["b"], 2]);
  });

  it("refuses samples of which only some name their split", () => {
    expect(() => splitSamples([...pool(2, "test"), ...pool(2)], { seed: 1 })).toThrow(
      expect.objectContaining({ code: "ERR_DATASET_FORMAT", details: expect.objectContaining({ field: "split" }) }),
    );
  });

  it("gives three empty parts for no samples", () => {
    expect(splitSamples([], { seed: 1, train: 1 })).toEqual({
      train: [],
      validation: [],
      test: [],
      duplicates: 0,
      shortfall: { train: 1, validation: 0, test: 0 },
    });
  });

  it.each([
    [{ seed: 1.5 }, "ERR_INVALID_ARGUMENT"],
    [{ seed: 1, train: -1 }, "ERR_OUT_OF_RANGE"],
    [{ seed: 1, test: NaN }, "ERR_OUT_OF_RANGE"],
  ])("refuses the options %j", (options, code) => {
    expect(() => splitSamples(pool(1), options)).toThrow(expect.objectContaining({ code }));
  });

  it("keeps questions that differ in punctuation in one split, and numbers and formulas apart", () => {
    const ask = (prompt: string, i: number): Sample => ({ id: `${i}`, prompt, expected: "" });
    for (let n = 0; n < 40; n++) {
      const almost = [`Is “${n}” the answer, then?`, `Is ${n} the answer then`, `is (${n}) the answer; then!`].map(ask);
      const { train, validation, test, duplicates } = splitSamples(almost, { seed: 1 });
      expect([train.length, validation.length, test.length].sort()).toEqual([0, 0, 3]);
      expect(duplicates).toBe(0);
    }
    const sums = Array.from({ length: 40 }, (_, n) => [`${n} - 1.5`, `${n} + 1.5`, `${n} - 15`].map(ask));
    const parted = sums.map((three) => splitSamples(three, { seed: 1 }).train.length);
    expect(new Set(parted).size).toBeGreaterThan(2); // not all three together each time
  });

  it("leaves out of train what the test part asks in almost the same words", () => {
    const near = splitSamples(
      [
        { id: "a", prompt: "Why, then?", expected: "", split: "train" },
        { id: "b", prompt: "why then", expected: "", split: "test" },
        { id: "c", prompt: "Why not?", expected: "", split: "train" },
        { id: "d", prompt: "Who?", expected: "", split: "validation" },
      ],
      { seed: 1 },
    );
    expect([ids(near.train), ids(near.validation), ids(near.test)]).toEqual([["c"], ["d"], ["b"]]);
    expect(near.duplicates).toBe(1);
  });

  it("takes of each group its share, however few are taken", () => {
    const grouped = pool(900, "train").map((sample, i) => ({ ...sample, group: i % 3 === 0 ? "a" : "b" }));
    for (const train of [30, 99, 300]) {
      const taken = splitSamples([...grouped, ...pool(1, "validation")], { seed: 5, train }).train;
      expect(Math.abs(taken.filter(({ group }) => group === "a").length - train / 3)).toBeLessThanOrEqual(1);
    }
  });
});
