import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { layerBytes } from "../../../lib/collect/layer-bytes";
import type { RankOptions } from "../../../lib/rank/options";
import { rank as rankRun } from "../../../lib/rank/rank";
import { Run, saeFile } from "../../../lib/run/run";
import { toJsonLines } from "../../../lib/run/samples";
import { heldRun } from "../../support/held-run";
import { manifest } from "../../support/manifest";
import { sparseRows } from "../../support/rows";
import { temporaryFolder } from "../../support/temporary-folder";
import { sampleRecord, writeRun } from "../../support/written-run";

const folder = temporaryFolder();

const SCORES = [1, 0, 1, 1, 0, 0, 1];
/** Features: 0 goes with right, 1 with wrong, 2 and 3 are equal, 4 never fires, 5 always. */
const Z = [
  [2, 0, 1, 1, 0, 1],
  [0, 3, 0, 0, 0, 1],
  [2.5, 0, 1, 1, 0, 1],
  [1.5, 0, 0, 0, 0, 1],
  [0, 2, 0, 0, 0, 1],
  [0.5, 2, 0, 0, 0, 1],
  [2, 0, 0, 0, 0, 1],
];

/** Without what needs the addon. */
async function rank(run: string | string[], options: RankOptions = {}) {
  const [directory] = [run].flat();
  const lock = directory === undefined ? undefined : await heldRun(directory);
  return rankRun(run, { permutations: 0, bootstrap: 0, ...options, lock });
}

/** Collects samples [begin, end) of the above into `directory`; layer 2 is layer 1 halved. */
async function collect(directory: string, keep: "sparse" | "moments", begin = 0, end = SCORES.length, stop = Infinity) {
  const samples = { n: end - begin, sha256: "d".repeat(64) };
  const run = await Run.open(await heldRun(directory), manifest({ keep, samples }));
  while (run.nCommitted < Math.min(stop, run.nChunks)) {
    const first = run.nCommitted * 3;
    const range = [begin + first, Math.min(end, begin + first + 3)] as const;
    const scores = SCORES.slice(...range);
    await run.commit(toJsonLines(scores.map((score, i) => sampleRecord(range[0] + i, { score }))), async (put) => {
      for (const sae of run.manifest.saes) {
        const rows = sparseRows(Z.slice(...range).map((row) => row.map((z) => z / sae.layer)));
        await put(saeFile(run.manifest, sae.id), await layerBytes(run, sae, { firstSample: first, ...rows }, scores));
      }
    });
  }
  if (stop === Infinity) await run.finish();
  return directory;
}

describe("rank", () => {
  it("takes no longer for features that never fire, as many as a damaged manifest may name", async () => {
    const directory = await collect(join(folder, "wide"), "sparse");
    const narrow = await rank(directory);
    const path = join(directory, "run.json");
    const text = readFileSync(path, "utf8");
    writeFileSync(path, text.replaceAll(/"dSae": 6/g, `"dSae": ${2 ** 26}`));
    const before = process.resourceUsage().maxRSS;
    expect((await rank(directory)).layers).toEqual(narrow.layers);
    expect((process.resourceUsage().maxRSS - before) / 1024).toBeLessThan(256); // MiB; a column for each feature takes 5 times that
  }, 20_000);

  it("orders each layer's positive features by r, ties by index, and writes ranking.json", async () => {
    const directory = await collect(join(folder, "positive"), "sparse");
    const ranking = await rank(directory);
    expect(ranking.layers.map(({ layer, features }) => [layer, features.map(({ feature }) => feature)])).toEqual([
      [1, [0, 2, 3]],
      [2, [0, 2, 3]],
    ]);
    expect(ranking).toMatchObject({ n: 7, nCorrect: 4, task: "sums" });
    expect(ranking.layers[0]).toMatchObject({ nActiveFeatures: 5, nCandidates: 3 });
    expect(ranking.layers[0]!.features[0]).toMatchObject({
      coefficient: 2, // (2 + 2.5 + 1.5 + 2) / 4
      coefficientIncorrect: 0.5 / 3,
      coefficientActive: 2,
      nActive: 5,
      nActiveCorrect: 4,
      nActiveIncorrect: 1,
      frequency: 5 / 7,
    });
    expect(JSON.parse(readFileSync(join(directory, "ranking.json"), "utf8"))).toEqual(ranking);
  });

  it("subtracts features that go with wrong answers when asked for negative ones", async () => {
    const directory = await collect(join(folder, "negative"), "sparse");
    const { layers } = await rank(directory, { sign: "negative" });
    expect(layers[0]!.features).toMatchObject([
      // It never fires on a right answer: the published "real" coefficient is 0 then, too.
      { feature: 1, coefficient: 0, coefficientActive: 0, coefficientIncorrect: 7 / 3 },
    ]);
  });

  it("gives a feature of negative r minus the magnitude of its mean over correct samples", async () => {
    const rows = [[1], [3], [3], [0]];
    const samples = [1, 0, 0, 1].map((score) => ({ score }));
    const { layers } = await rank(await writeRun(join(folder, "minus"), [rows], samples), { sign: "both" });
    expect(layers[0]!.features).toMatchObject([
      { r: expect.closeTo(-2.5 / Math.sqrt(6.75), 12) as number, coefficient: -0.5, coefficientCorrect: 0.5 },
    ]);
    expect(layers[0]!.features).toMatchObject([
      { coefficientActive: 1, frequency: 0.75, frequencyCorrect: 0.25, frequencyIncorrect: 0.5 },
    ]);
  });

  it("takes both signs, and the first topK", async () => {
    const directory = await collect(join(folder, "both"), "sparse");
    const { layers } = await rank(directory, { sign: "both", topK: 2 });
    expect(layers[0]!.features.map(({ feature }) => feature).sort()).toEqual([0, 1]);
  });

  it("gives the same layers from moments as from sparse activations, also after a stop", async () => {
    const sparse = await collect(join(folder, "sparse"), "sparse");
    const moments = join(folder, "moments");
    await collect(moments, "moments", 0, 7, 2);
    await collect(moments, "moments");
    const { layers } = await rank(sparse, { sign: "both" });
    expect((await rank(moments, { sign: "both" })).layers).toEqual(layers);
  });

  it.each(["sparse", "moments"] as const)("merges shards to the ranking of the whole (%s)", async (keep) => {
    const whole = await rank(await collect(join(folder, `whole-${keep}`), keep));
    const left = await collect(join(folder, `left-${keep}`), keep, 0, 4);
    const right = await collect(join(folder, `right-${keep}`), keep, 4);
    const merged = await rank([left, right]);
    expect(merged.n).toBe(whole.n);
    for (const [l, { features }] of whole.layers.entries()) {
      for (const [i, feature] of features.entries()) {
        const other = merged.layers[l]!.features[i]!;
        expect(other).toMatchObject({ feature: feature.feature, nActive: feature.nActive });
        expect(other.r).toBeCloseTo(feature.r, 13);
        expect(other.coefficient).toBeCloseTo(feature.coefficient, 13);
      }
    }
  });

  it("refuses shards that have a question in common, and samples that are not those of the run", async () => {
    const whole = await collect(join(folder, "all"), "sparse");
    const part = await collect(join(folder, "part"), "sparse", 4);
    for (const shards of [
      [whole, whole],
      [whole, part],
    ]) {
      await expect(rank(shards)).rejects.toMatchObject({ code: "ERR_RUN_MISMATCH", details: { directories: shards } });
    }
    writeFileSync(join(part, "samples.jsonl"), "");
    await expect(rank(part)).rejects.toMatchObject({ code: "ERR_FILE_FORMAT", details: { expected: 3, found: 0 } });
  });

  it("refuses a run that is not finished, one without both outcomes, and bad options", async () => {
    const unfinished = await collect(join(folder, "unfinished"), "sparse", 0, 7, 1);
    await expect(rank(unfinished)).rejects.toMatchObject({ code: "ERR_RUN_INCOMPLETE" });
    const allRight = await collect(join(folder, "all-right"), "sparse", 2, 4);
    await expect(rank(allRight)).rejects.toMatchObject({ code: "ERR_DEGENERATE" });
    await expect(rank(unfinished, { topK: 0 })).rejects.toMatchObject({ code: "ERR_OUT_OF_RANGE" });
    await expect(rank(unfinished, { sign: "up" as "both" })).rejects.toMatchObject({ code: "ERR_INVALID_ARGUMENT" });
    await expect(rank(join(folder, "nowhere"))).rejects.toMatchObject({ code: "ERR_RUN_INCOMPLETE" });
  });

  it("stops when its signal is aborted", async () => {
    const directory = await collect(join(folder, "aborted"), "sparse");
    const reason = new Error("enough");
    await expect(rank(directory, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });
});
