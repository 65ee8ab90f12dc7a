import { join } from "node:path";
import { rank } from "../../lib/rank/rank";
import type { RankOptions } from "../../lib/rank/options";
import { readShards } from "../../lib/run/shards";
import type { SampleRecord } from "../../lib/run/samples";
import { readPredictors } from "../../lib/select/predictors";
import { mean } from "../../lib/statistics/mean";
import { temporaryFolder } from "../support/temporary-folder";
import { writeRun } from "../support/written-run";
import { random } from "./models";

const folder = temporaryFolder();
const N = 60;
const next = random(1);
const layers = [0, 1].map(() =>
  Array.from({ length: N }, () => [0, 1, 2].map(() => (next() < 0.6 ? Math.fround(1 + next()) : 0))),
);
const scores = Array.from({ length: N }, () => Number(next() < 0.5));
const samples = scores.map((score, i): Partial<SampleRecord> => ({ score, generatedTokens: 1 + (i % 3) }));
let runs = 0;

async function read(asked: RankOptions = {}, parts: readonly (readonly [number, number])[] = [[0, N]]) {
  const directories: string[] = [];
  for (const [from, to] of parts) {
    const own = samples.slice(from, to).map((sample, i) => ({ id: `q${from + i}`, ...sample }));
    const rows = layers.map((layer) => layer.slice(from, to));
    directories.push(await writeRun(join(folder, String(runs++)), rows, own));
  }
  const ranking = await rank(directories, { sign: "both", permutations: 0, bootstrap: 0, minSupport: 1, ...asked });
  const features = ranking.layers.flatMap(({ features }) => features);
  return { features, ...(await readPredictors(features, ranking, await readShards(directories))) };
}

const correlation = (a: readonly number[], b: readonly number[]) => {
  const [x, y] = [a, b].map((values) => values.map((value) => value - mean(values)));
  const product = (u: readonly number[], v: readonly number[]) => u.reduce((sum, value, i) => sum + value * v[i]!, 0);
  return product(x!, y!) / Math.sqrt(product(x!, x!) * product(y!, y!));
};

test("are the stored activations of ranked features less their mean, in the order asked, and who is correct", async () => {
  const { features, predictors, outcomes } = await read();
  expect(predictors.map(({ feature }) => feature)).toEqual(features);
  expect([...outcomes.correct]).toEqual(scores);
  for (const { feature, activations, steerActivations } of predictors) {
    const stored = layers[feature.layer]!.map((row) => row[feature.feature]!);
    activations.forEach((value, i) => {
      expect(value).toBeCloseTo(stored[i]! - mean(stored), 10);
    });
    expect(steerActivations).toEqual(activations);
  }
});

test("are what a covariate leaves of them, as the ranking's r is", async () => {
  const { predictors } = await read({ covariates: ["completionTokens"] });
  for (const { feature, activations } of predictors) {
    const within = [0, 1, 2].map((length) => mean([...activations].filter((_, i) => i % 3 === length)));
    for (const value of within) expect(value).toBeCloseTo(0, 10);
    const left = scores.map((score, i) => score - mean(scores.filter((_, j) => j % 3 === i % 3)));
    expect(correlation([...activations], left)).toBeCloseTo(feature.partialR!, 8);
  }
});

test("are the same of shards, and turned round with the ranking", async () => {
  const { features, ...whole } = await read();
  const parts = await read({}, [
    [0, 25],
    [25, N],
  ]);
  expect(parts.outcomes).toEqual(whole.outcomes);
  parts.predictors.forEach(({ activations }, i) => {
    activations.forEach((value, sample) => {
      expect(value).toBeCloseTo(whole.predictors[i]!.activations[sample]!, 10);
    });
  });
  expect([...(await read({ reverse: true })).outcomes.correct]).toEqual(scores.map((score) => 1 - score));
  expect(features).toHaveLength(6);
});

test("cannot be compared where all samples are correct", async () => {
  const graded = scores.map((score, i) => ({ id: `q${i}`, score: (1 + score) / 2 }));
  const directory = await writeRun(join(folder, String(runs++)), layers, graded);
  const ranking = await rank(directory, { permutations: 0, bootstrap: 0 });
  const features = ranking.layers.flatMap(({ features }) => features);
  const code = "ERR_DEGENERATE";
  await expect(readPredictors(features, ranking, await readShards([directory]))).rejects.toMatchObject({ code });
});
