import { rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { layerBytes } from "../../../lib/collect/layer-bytes";
import { CHECKSUMS_FILE } from "../../../lib/files/checksums";
import { chunkToArrow } from "../../../lib/run/chunk";
import { readShards } from "../../../lib/run/shards";
import { readExamples } from "../../../lib/report/examples";
import { readRankPoints } from "../../../lib/report/rank-points";
import { toJsonLines } from "../../../lib/run/samples";
import { Run, saeFile, saeFiles } from "../../../lib/run/run";
import { heldRun } from "../../support/held-run";
import { manifest } from "../../support/manifest";
import { saeId } from "../../support/sae-id";
import { sparseRows } from "../../support/rows";
import { temporaryFolder } from "../../support/temporary-folder";
import { writeRun } from "../../support/written-run";

const folder = temporaryFolder();

/** Activations of features 0 to 5 in seven samples; in layer 2 they are half of that. */
const Z = [
  [2, 0, 1, 0, 0, 1],
  [0, 3, 0, 0, 0, 1],
  [5, 0, 1, 0, 0, 1],
  [2, 0, 0, 0, 0, 1],
  [0, 2, 0, 0, 0, 1],
  [1, 2, 0, 0, 0, 1],
  [3, 0, 0, 0, 0, 1],
];

async function shardsOf(keep: "sparse" | "moments", name: string = keep) {
  const directory = `${folder}/${name}`;
  const scores = Z.map(([z]) => (z! > 0 ? 1 : 0));
  const lines = scores.map((score, i) => ({
    ...{ id: `q${i}`, prompt: `${"-".repeat(800)}${i}`, expected: "gold", completion: "answer", score },
    ...{ stopReason: "end", promptTokens: 1, generatedTokens: 1 },
  }));
  {
    const run = await Run.open(await heldRun(directory), manifest({ keep }));
    for (let first = 0; first < Z.length; first += 3) {
      const rows = Z.slice(first, first + 3);
      await run.commit(toJsonLines(lines.slice(first, first + 3)), async (put) => {
        for (const sae of run.manifest.saes) {
          const chunk = { firstSample: first, ...sparseRows(rows.map((row) => row.map((z) => z / sae.layer))) };
          await put(saeFile(run.manifest, sae.id), await layerBytes(run, sae, chunk, scores.slice(first, first + 3)));
        }
      });
    }
    await run.finish();
  }
  return readShards([directory]);
}

it("finds the five strongest answers of each feature, over all chunks, ties in the order of the questions", async () => {
  const shards = await shardsOf("sparse");

  const [first, second, none] = await readExamples(shards, [
    { sae: saeId(1), layer: 1, feature: 0 },
    { sae: saeId(2), layer: 2, feature: 1 },
    { sae: saeId(1), layer: 1, feature: 4 },
  ]);

  const found = first!.map(({ id, activation, score }) => [id, activation, score]);
  expect(found).toEqual([
    ["q2", 5, 1],
    ["q6", 3, 1],
    ["q0", 2, 1],
    ["q3", 2, 1],
    ["q5", 1, 1],
  ]);
  expect(second!.map(({ id, activation }) => [id, activation])).toEqual([
    ["q1", 1.5],
    ["q4", 1],
    ["q5", 1],
  ]);
  expect(none).toEqual([]);
  expect(first![0]).toMatchObject({ completion: "answer", gold: "gold", prompt: expect.stringMatching(/^…-+2$/) });
});

it.each([
  ["a feature that the SAE does not have", { indices: Uint32Array.of(6) }, "indices"],
  ["a sample that the run does not have", { firstSample: 7 }, "sample"],
])("refuses a chunk with %s", async (_, changes, field) => {
  const directory = await writeRun(join(folder, field), [[[1, 0, 0, 0, 0, 0]]], [{}]);
  const shards = await readShards([directory]);
  const chunk = { firstSample: 0, ...sparseRows([[1]]), ...changes };
  const [path] = await saeFiles(directory, shards[0]!.manifest, saeId(0));
  writeFileSync(path!, chunkToArrow(chunk));
  rmSync(join(dirname(path!), CHECKSUMS_FILE));

  await expect(readExamples(shards, [{ sae: saeId(0), layer: 0, feature: 0 }])).rejects.toMatchObject({
    code: "ERR_FILE_FORMAT",
    details: { path, name: field },
  });
});

it("finds none where only moments were kept, whose features have the same r and frequency", async () => {
  const shards = [await shardsOf("sparse", "again"), await shardsOf("moments")] as const;

  expect(await readExamples(shards[1], [{ sae: saeId(1), layer: 1, feature: 0 }])).toEqual([[]]);
  const [sparse, moments] = [await readRankPoints(shards[0]), await readRankPoints(shards[1])];
  expect(moments).toEqual(sparse);
  expect([...sparse.features]).toEqual([0, 1, 2, 5, 0, 1, 2, 5]);
  expect([...sparse.layers]).toEqual([1, 1, 1, 1, 2, 2, 2, 2]);
  expect(sparse.frequencies[0]).toBeCloseTo(5 / 7);
  expect(sparse.r[1]).toBeLessThan(0);
  expect(sparse.r[3]).toBe(0);
});
