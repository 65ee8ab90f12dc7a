import { layerBytes } from "../../lib/collect/layer-bytes";
import type { RunManifest } from "../../lib/run/manifest";
import { Run, saeFile } from "../../lib/run/run";
import { toJsonLines, type SampleRecord } from "../../lib/run/samples";
import { heldRun } from "./held-run";
import { manifest } from "./manifest";
import { sparseRows } from "./rows";
import { saeId } from "./sae-id";

export function sampleRecord(i: number, changes: Partial<SampleRecord>): SampleRecord {
  return {
    ...{ id: `q${i}`, prompt: "?", expected: "", completion: "", score: 0 },
    ...{ stopReason: "end", promptTokens: 1, generatedTokens: 1 },
    ...changes,
  };
}

/**
 * A finished run.
 * @param layers dense pooled activations [layer][sample][feature]; layers count from 0
 * @param samples what is known of each: its score and whatever else matters
 */
export async function writeRun(
  directory: string,
  layers: readonly (readonly number[][])[],
  samples: readonly Partial<SampleRecord>[],
  changes: Partial<Pick<RunManifest, "keep" | "chunkSamples" | "task">> = {},
): Promise<string> {
  const { saes, ...rest } = manifest({ chunkSamples: 64, ...changes });
  const described = {
    ...rest,
    saes: layers.map((rows, layer) => ({ ...saes[0]!, id: saeId(layer), layer, dSae: rows[0]!.length })),
    samples: { n: samples.length, sha256: "d".repeat(64) },
  };
  const run = await Run.open(await heldRun(directory), described);
  while (run.nCommitted < run.nChunks) {
    const firstSample = run.nCommitted * described.chunkSamples;
    const range = [firstSample, firstSample + described.chunkSamples] as const;
    const records = samples.slice(...range).map((sample, i) => sampleRecord(firstSample + i, sample));
    await run.commit(toJsonLines(records), async (put) => {
      for (const sae of described.saes) {
        const chunk = { firstSample, ...sparseRows(layers[sae.layer]!.slice(...range)) };
        const scores = records.map(({ score }) => score);
        await put(saeFile(run.manifest, sae.id), await layerBytes(run, sae, chunk, scores));
      }
    });
  }
  await run.finish();
  return directory;
}
