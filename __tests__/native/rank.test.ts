import { readFileSync } from "node:fs";
import { join } from "node:path";
import { rank } from "../../lib/rank/rank";
import type { SampleRecord } from "../../lib/run/samples";
import { temporaryFolder } from "../support/temporary-folder";
import { writeRun } from "../support/written-run";
import { random } from "./models";

const folder = temporaryFolder();
let runs = 0;
const newRun = (...[layers, samples, changes]: Parameters<typeof writeRun> extends [string, ...infer R] ? R : never) =>
  writeRun(join(folder, String(runs++)), layers, samples, changes);

const N = 80;
/** Sparse noise of `nFeatures`, each firing in about a third of the samples. */
function noise(nFeatures: number, seed: number, n = N): number[][] {
  const next = random(seed);
  return Array.from({ length: n }, () =>
    Array.from({ length: nFeatures }, () => (next() < 0.33 ? Math.fround(1 + next()) : 0)),
  );
}
const scores = (seed: number, n = N) => {
  const next = random(seed);
  return Array.from({ length: n }, () => Number(next() < 0.6));
};
/** `rows` with feature 0 firing where `fires` says. */
const planted = (rows: number[][], fires: (i: number) => number) => rows.map((row, i) => [fires(i), ...row.slice(1)]);
const withScores = (y: readonly number[]): Partial<SampleRecord>[] => y.map((score) => ({ score }));
const code = (value: string) => expect.objectContaining({ code: value }) as Error;

describe("what chance gives", () => {
  const y = scores(1);
  const plantedLayer = planted(noise(20, 2), (i) => (i % 8 === 0 ? 0 : 2 * y[i]!));

  it("tells a planted feature from noise, layer by layer, in numbers and in words", async () => {
    const ranking = await rank(await newRun([noise(20, 3), plantedLayer], withScores(y)));
    const [inside, beyond] = ranking.null!.layers;
    expect(inside).toMatchObject({ layer: 0, nSurvivors: 0, bestInsideNull: true });
    expect(beyond).toMatchObject({ layer: 1, nSurvivors: 1, bestInsideNull: false });
    expect(ranking.layers[1]!.features[0]).toMatchObject({ feature: 0, familyWiseP: 1 / 1001, stability: 1 });
    expect(ranking.layers[1]!.features[0]!.q).toBeLessThan(1e-4);
    expect(ranking.layers[0]!.features[0]!.familyWiseP).toBeGreaterThan(0.05);
    expect(ranking.bootstrap).toEqual({ resamples: 100, seed: 42, stability: 1 });
    expect(ranking.notes).toEqual([expect.stringMatching(/^Layer 0: the best r is inside what 1000 permutations/)]);
  });

  it("says when nothing survives", async () => {
    const ranking = await rank(await newRun([noise(20, 3), noise(20, 4)], withScores(y)), { permutations: 99 });
    expect(ranking.null!.layers.map(({ bestInsideNull }) => bestInsideNull)).toEqual([true, true]);
    expect(ranking.notes).toEqual([expect.stringMatching(/^Nothing survives: .* 99 permutations/)]);
  });

  it("is no smaller in all layers than in one, nor for a p than for a stronger feature's", async () => {
    const { layers } = await rank(await newRun([noise(20, 3), plantedLayer], withScores(y)), { sign: "both" });
    for (const { features } of layers) {
      for (const [i, { layerP, familyWiseP, q }] of features.entries()) {
        expect(familyWiseP!).toBeGreaterThanOrEqual(layerP!);
        if (i > 0) expect(layerP!).toBeGreaterThanOrEqual(features[i - 1]!.layerP!);
        expect(q!).toBeGreaterThan(0);
      }
    }
  });

  it("has the same bytes for a seed, however many threads and shards", async () => {
    const layers = [noise(20, 3), plantedLayer];
    const whole = await newRun(layers, withScores(y));
    const part = (...range: [number, number]) =>
      newRun(
        layers.map((rows) => rows.slice(...range)),
        y.slice(...range).map((score, i) => ({ id: `q${range[0] + i}`, score })),
      );
    const shards = [await part(0, 30), await part(30, N)];
    const bytes = (directory: string) => readFileSync(join(directory, "ranking.json"), "utf8");
    await rank(whole, { threads: 1 });
    const one = bytes(whole);
    await rank(whole, { threads: 2 });
    expect(bytes(whole)).toBe(one);
    const merged = await rank(shards);
    expect(merged.null).toEqual((JSON.parse(one) as typeof merged).null);
    for (const seed of [43, -42]) {
      await rank(whole, { seed });
      expect(bytes(whole)).not.toBe(one);
    }
  });

  it("looks at negative r when those are asked for", async () => {
    const run = await newRun([planted(noise(20, 2), (i) => 1 - y[i]!)], withScores(y));
    const { layers, null: permuted } = await rank(run, { sign: "negative" });
    expect(layers[0]!.features[0]).toMatchObject({
      feature: 0,
      r: expect.closeTo(-1, 12) as number,
      familyWiseP: 1 / 1001,
    });
    expect(layers[0]!.features[0]!.coefficient).toBe(0); // it never fires on right answers
    expect(permuted!.layers[0]!.nSurvivors).toBe(1);
    expect((await rank(run)).null!.layers[0]!.nSurvivors).toBe(0);
  });

  it("says what lies on the side that was not asked for", async () => {
    const run = await newRun([noise(20, 3), planted(noise(20, 2), (i) => 1 - y[i]!)], withScores(y));
    const positive = await rank(run);
    const negative = await rank(run, { sign: "negative" });
    const [found] = negative.layers[1]!.features;
    expect(positive.null!.otherSide).toEqual({
      ...{ sae: found!.sae, layer: 1, feature: 0 },
      ...{ r: expect.closeTo(found!.r, 12) as number, familyWiseP: found!.familyWiseP },
    });
    expect(positive.notes).toEqual([
      expect.stringMatching(
        /^Nothing survives: .*\. Only positive r was tested: the strongest negative r is -1\.000 \(1:0, family-wise p = 0\.001 on that side\), beyond chance, where --sign negative or both looks\.$/,
      ),
    ]);
    expect(negative.null!.otherSide).toBeNull(); // something survives, and nothing would on that side
    expect(negative.notes.join()).not.toContain("Only negative");
    expect((await rank(run, { sign: "both" })).null!.otherSide).toBeNull();
  });

  it("stops in the middle when its signal is aborted", async () => {
    const run = await newRun([noise(200, 3), noise(200, 4)], withScores(y));
    const reason = new Error("enough");
    const controller = new AbortController();
    const ranking = rank(run, { permutations: 1_000_000, threads: 1, signal: controller.signal });
    setTimeout(() => {
      controller.abort(reason);
    }, 50);
    await expect(ranking).rejects.toBe(reason);
  });
});

describe("strata", () => {
  const group = Array.from({ length: N }, (_, i) => (i % 2 === 0 ? "ambiguous" : "clear"));
  const y = scores(5).map((score, i) =>
    group[i] === "clear" ? Number(score || i % 3 > 0) : Number(score && i % 3 === 0),
  );
  const samples = y.map((score, i) => ({ score, group: group[i]! }));

  it("take away what only tells one from the other", async () => {
    const run = await newRun([planted(noise(10, 6), (i) => Number(group[i] === "clear"))], samples);
    expect((await rank(run)).layers[0]!.features[0]).toMatchObject({ feature: 0, familyWiseP: 1 / 1001 });
    const stratified = await rank(run, { stratifyBy: "group" });
    expect(stratified.stratifiedBy).toBe("group");
    const found = stratified.layers[0]!.features.map(({ feature }) => feature);
    expect(found).not.toContain(0); // it has no r within them at all
    expect(found.length).toBeGreaterThan(0);
  });

  it("of one sample never move, and the ranking says so", async () => {
    const alone = samples.map((sample, i) => (i < 2 ? { ...sample, group: `alone ${i}` } : sample));
    const { notes } = await rank(await newRun([noise(10, 6)], alone), { stratifyBy: "group" });
    expect(notes).toContain("2 of 4 values of group are of one sample, whose score never moves.");
  });

  it("must leave something to permute, and have few values", async () => {
    const run = await newRun(
      [noise(10, 6)],
      y.map((score) => ({ score, group: String(score), promptTokens: score + 1 })),
    );
    await expect(rank(run, { stratifyBy: "group" })).rejects.toThrow(code("ERR_DEGENERATE"));
    const unlike = await newRun(
      [noise(10, 6)],
      y.map((score, i) => ({ score, promptTokens: i })),
    );
    await expect(rank(unlike, { stratifyBy: "promptTokens" })).rejects.toThrow(code("ERR_INVALID_ARGUMENT"));
  });
});

describe("covariates", () => {
  const y = scores(7);
  const length = y.map((score, i) => 10 + 2 * score + (i % 4));

  it("take away a feature that only reads the length, and leave another", async () => {
    const rows = noise(10, 8).map((row, i) => [length[i]!, y[i]! * (1 + (i % 3)), ...row.slice(2)]);
    const run = await newRun(
      [rows],
      y.map((score, i) => ({ score, generatedTokens: length[i]! })),
    );
    const plain = await rank(run);
    expect(
      plain.layers[0]!.features.slice(0, 2)
        .map(({ feature }) => feature)
        .sort(),
    ).toEqual([0, 1]);
    const { covariates, layers } = await rank(run, { covariates: ["completionTokens"], sign: "both" });
    expect(covariates).toEqual(["completionTokens"]);
    const of = (feature: number) => layers[0]!.features.find((found) => found.feature === feature);
    expect(of(0)).toBeUndefined(); // nothing is left of it, so it has no r at all
    const second = plain.layers[0]!.features.find(({ feature }) => feature === 1)!;
    expect(of(1)!.r).toBeCloseTo(second.r, 12);
    expect(of(1)!.partialR!).toBeLessThan(second.r);
  });

  it("give the partial r of the textbook", async () => {
    const rows = noise(3, 9);
    const long = length.map((tokens) => Number(tokens > 12));
    const run = await newRun(
      [rows],
      y.map((score, i) => ({ score, promptTokens: long[i]! })),
    );
    const { layers } = await rank(run, { covariates: ["promptTokens"], sign: "both", minSupport: 1 });
    for (const { feature, r, partialR } of layers[0]!.features) {
      const z = rows.map((row) => row[feature]!);
      const [zx, yx] = [pearson(z, long), pearson(y, long)];
      expect(partialR).toBeCloseTo((r - zx * yx) / Math.sqrt((1 - zx * zx) * (1 - yx * yx)), 10);
    }
  });

  it("that say nothing new are named, those that say all are refused", async () => {
    const run = await newRun(
      [noise(10, 8)],
      y.map((score) => ({ score, group: score ? "x" : "y", expected: "A" })),
    );
    const { notes } = await rank(run, { covariates: ["expected"], permutations: 0 });
    expect(notes[0]).toMatch(/^expected: the same in all samples/);
    await expect(rank(run, { covariates: ["group"] })).rejects.toThrow(code("ERR_DEGENERATE"));
  });
});

function pearson(a: readonly number[], b: readonly number[]): number {
  const mean = (x: readonly number[]) => x.reduce((sum, value) => sum + value, 0) / x.length;
  const product = (x: readonly number[], y: readonly number[]) =>
    x.reduce((sum, value, i) => sum + (value - mean(x)) * (y[i]! - mean(y)), 0);
  return product(a, b) / Math.sqrt(product(a, a) * product(b, b));
}

describe("targets", () => {
  const choice = Array.from({ length: N }, (_, i) => " ABC"[1 + (i % 3)]!);
  const samples = choice.map((option, i) => ({
    score: scores(11)[i]!,
    completion: ` ${option}`,
    choiceLogProbabilities: { " A": -1, " B": -1, " C": -1 },
    generatedTokens: 3 + (i % 7),
    extras: { similarity: (i % 5) / 4 },
  }));
  const rows = noise(10, 12).map((row, i) => [Number(choice[i] === "A"), 1 + (i % 7), (i % 5) / 4, ...row.slice(3)]);
  const best = async (target: string, reverse = false) => {
    const ranking = await rank(await newRun([rows], samples), { target, reverse });
    expect(ranking).toMatchObject({ target, reverse });
    return ranking.layers[0]!.features[0]!;
  };

  it("are any variable of the samples", async () => {
    expect(await best("chosenOption=A")).toMatchObject({ feature: 0, r: expect.closeTo(1, 12) as number });
    expect(await best("completionTokens")).toMatchObject({ feature: 1, r: expect.closeTo(1, 12) as number });
    expect(await best("extras.similarity")).toMatchObject({ feature: 2, r: expect.closeTo(1, 12) as number });
  });

  it("count as correct what is above their mean", async () => {
    expect(await best("chosenOption=A")).toMatchObject({
      coefficient: 1,
      coefficientIncorrect: 0,
      coefficientActive: 1,
    });
    const { coefficient } = await best("completionTokens"); // 3 to 9 tokens, mean just below 6: 6, 7, 8 and 9 are above
    const above = samples.flatMap(({ generatedTokens }) => (generatedTokens > 5.9 ? [generatedTokens - 2] : []));
    expect(coefficient).toBeCloseTo(above.reduce((sum, z) => sum + z, 0) / above.length, 12);
  });

  it("turned round find what goes with less of them", async () => {
    const forth = await rank(await newRun([rows], samples), { sign: "both", permutations: 0 });
    const back = await rank(await newRun([rows], samples), { sign: "both", permutations: 0, reverse: true });
    const of = (ranking: typeof forth, feature: number) =>
      ranking.layers[0]!.features.find((found) => found.feature === feature)!;
    for (const { feature, r, coefficientCorrect, coefficientIncorrect } of forth.layers[0]!.features) {
      expect(of(back, feature).r).toBeCloseTo(-r, 12);
      expect(of(back, feature).coefficientCorrect).toBeCloseTo(coefficientIncorrect, 12);
      expect(of(back, feature).coefficientIncorrect).toBeCloseTo(coefficientCorrect, 12);
    }
  });

  it.each(["chosenOption", "nonsense", "margin", "extras.other"])("cannot be %s", async (target) => {
    await expect(best(target)).rejects.toThrow(code("ERR_INVALID_ARGUMENT"));
  });

  it("must differ between samples", async () => {
    await expect(best("promptTokens")).rejects.toThrow(code("ERR_DEGENERATE"));
  });
});

describe("orders", () => {
  it.each([
    ["mutual-information", 0],
    ["mutual-information-quantile", 0],
    ["auroc", 0],
    ["fisher", 1],
    ["mean-difference", 2],
  ] as const)("%s", async (score, first) => {
    // Feature 0 says all there is to say, 1 fires once, on a right answer, 2 is large.
    const y = scores(13);
    const right = y.indexOf(1);
    const rows = noise(5, 14).map((row, i) => [
      ...[y[i]!, i === right ? 100 : 0, 100 + 10 * y[i]! + 5 * row[3]!],
      ...row.slice(3),
    ]);
    const ranking = await rank(await newRun([rows], withScores(y)), { score, minSupport: 1 });
    expect(ranking).toMatchObject({ score, bootstrap: null });
    expect(ranking.layers[0]!.features[0]!.feature).toBe(first);
    const criteria = ranking.layers[0]!.features.map(({ criterion }) => criterion);
    expect(criteria).toEqual([...criteria].sort((a, b) => b - a));
  });
});

describe("limits", () => {
  it("has no winner by luck: support of a 20th of the samples, at most 10, unless asked", async () => {
    const y = scores(15);
    const rows = planted(noise(5, 16), (i) => Number(i === y.indexOf(1)));
    const run = await newRun([rows], withScores(y));
    expect(await rank(run)).toMatchObject({ minSupport: 4 });
    const features = (ranking: Awaited<ReturnType<typeof rank>>) => ranking.layers[0]!.features.map((f) => f.feature);
    expect(features(await rank(run, { topK: 100 }))).not.toContain(0);
    expect(features(await rank(run, { topK: 100, minSupport: 1 }))).toContain(0);
  });

  it.each([
    ["n = 2", [[1], [0]], [1, 0]],
    ["one right answer", [[3], [0], [0], [0]], [1, 0, 0, 0]],
    ["scores between 0 and 1", [[2], [1], [0]], [1, 0.5, 0]],
  ])("ranks %s", async (_, rows, y) => {
    const { layers, null: permuted } = await rank(await newRun([rows], withScores(y)));
    expect(layers[0]!.features[0]).toMatchObject({ feature: 0, r: expect.closeTo(1, 12) as number });
    expect(layers[0]!.features[0]!.familyWiseP).toBeGreaterThan(0.05);
    expect(permuted!.layers[0]!.bestInsideNull).toBe(true);
  });

  it("ranks layers in which nothing fires, and says that they have no candidate", async () => {
    const silent = Array.from({ length: N }, () => [0, 0]);
    const { layers, null: permuted, notes } = await rank(await newRun([silent, noise(5, 1)], withScores(scores(17))));
    expect(layers[0]).toMatchObject({ nActiveFeatures: 0, nCandidates: 0, features: [] });
    expect(permuted!.layers[0]).toMatchObject({ threshold: 0, bestInsideNull: true });
    expect(notes[0]).toMatch(/^Layer 0: no feature/);
    const nothing = await rank(await newRun([silent], withScores(scores(17))));
    expect(nothing.bootstrap!.stability).toBe(0);
  });

  it("ties go to the lower index, and both have the same p", async () => {
    const y = scores(18);
    const rows = y.map((score) => [score, score]);
    const { layers } = await rank(await newRun([rows], withScores(y)));
    expect(layers[0]!.features.map(({ feature }) => feature)).toEqual([0, 1]);
    expect(layers[0]!.features[0]!.q).toBe(layers[0]!.features[1]!.q);
  });

  it.each([
    { permutations: 100 },
    { bootstrap: 10 },
    { covariates: ["promptTokens"] },
    { stratifyBy: "group" },
    { target: "promptTokens" },
    { reverse: true },
    { score: "auroc" as const },
  ])("refuses %p where single samples were not kept", async (options) => {
    const run = await newRun([noise(5, 1)], withScores(scores(19)), { keep: "moments" });
    await expect(rank(run, options)).rejects.toMatchObject({
      code: "ERR_INVALID_ARGUMENT",
      details: { name: Object.keys(options)[0] },
    });
  });

  it("falls back to no null where single samples were not kept, and says so", async () => {
    const run = await newRun([noise(5, 1)], withScores(scores(19)), { keep: "moments" });
    const ranking = await rank(run);
    expect(ranking).toMatchObject({ null: null, bootstrap: null });
    expect(ranking.layers[0]!.features[0]).toMatchObject({
      p: null,
      layerP: null,
      familyWiseP: null,
      q: null,
      stability: null,
    });
    expect(ranking.notes).toEqual([expect.stringMatching(/single samples were not kept/)]);
    expect((await rank(run, { score: "mean-difference" })).score).toBe("mean-difference");
  });

  it.each([
    { permutations: 5 },
    { permutations: -1 },
    { permutations: 1e9 },
    { bootstrap: 1e9 },
    { minSupport: 0 },
    { bootstrap: 1.5 },
    { seed: 0.5 },
    { threads: 0 },
  ])("refuses %p", async (options) => {
    await expect(rank(join(folder, "0"), options)).rejects.toThrow(code("ERR_OUT_OF_RANGE"));
  });

  it("refuses to compare right with wrong where all are right", async () => {
    const y = scores(20).map((score) => 0.5 + score / 2);
    const run = await newRun([noise(5, 1)], withScores(y));
    expect((await rank(run)).nCorrect).toBe(N);
    await expect(rank(run, { score: "auroc" })).rejects.toThrow(code("ERR_DEGENERATE"));
  });
});
