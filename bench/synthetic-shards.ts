import { emptyResidualSums, residualSumsToArrow } from "../lib/run/residual-sums";
import { chunkToArrow } from "../lib/run/chunk";
import type { RunManifest } from "../lib/run/manifest";
import { momentsToArrow } from "../lib/run/moments-arrow";
import { RESIDUAL_FILE, saeFile } from "../lib/run/run";
import { toJsonLines } from "../lib/run/samples";
import { ChunkStore } from "../lib/shard/chunk-store";
import { FolderStorage } from "../lib/shard/storage/folder";
import { Moments, type PooledRows } from "../lib/statistics/moments";
import { randomColumns, uniforms } from "./random-columns";

/** Of the published shape: 26 layers of 16,384 features, 100 of them active on a sample; a model of 2,304 dimensions. */
const LAYERS = 26;
const FEATURES = 16_384;
const ACTIVE = 100;
const WIDTH = 2304;
/** Chunks that differ; the others are these again, counted on. */
const DRAWN = 2;

/** What `run.json` says of so many samples. */
export function syntheticRun(n: number, keep: RunManifest["keep"], chunkSamples: number): RunManifest {
  const hash = "0".repeat(64);
  return {
    format: 2,
    versions: { corrsteer: "0", llamaCpp: "0" },
    model: { name: "synthetic", architecture: "llama", nEmbd: WIDTH, nLayer: LAYERS, sha256: hash },
    saes: Array.from({ length: LAYERS }, (_, layer) => ({
      ...{ id: `synthetic/${layer}`, layer, site: "resid_post", dModel: WIDTH, dSae: FEATURES, encoder: {} },
      weights: hash,
    })),
    saeWeightType: "bf16",
    convention: "sae",
    task: { name: "synthetic", kind: "choice", scorer: "choice", constrained: false, maxTokens: 1, stop: [] },
    samples: { n, sha256: hash },
    ...{ keep, positions: "generated", products: "llama.cpp", pooling: "max", steerPooling: "max" },
    chunkSamples,
    environment: {},
  };
}

/** The chunks of such a run that are in `folder`. */
export function shardsIn(folder: string, manifest: RunManifest): ChunkStore {
  return new ChunkStore(new FolderStorage(folder), manifest);
}

/** Stores all of them, as workers would have. */
export async function writeShards(folder: string, manifest: RunManifest): Promise<void> {
  const { chunkSamples, samples, keep, saes } = manifest;
  const chunks = shardsIn(folder, manifest);
  const next = uniforms(1);
  const scores = Float64Array.from({ length: chunkSamples }, () => (next() < 0.4 ? 1 : 0));
  const drawn = Array.from({ length: DRAWN }, (_, i) =>
    saes.map(({ layer }) => {
      const rows = randomRows(chunkSamples, DRAWN * layer + i + 1);
      return keep === "sparse" ? sparseFile(rows) : momentsFile(Moments.of(FEATURES, rows, scores));
    }),
  );
  const residual = residualSumsToArrow(saes.map(({ layer }) => emptyResidualSums(layer, WIDTH)));
  for (let firstSample = 0, chunk = 0; firstSample < samples.n; firstSample += chunkSamples, chunk++) {
    await chunks.target(chunk).commit(sampleLines(firstSample, scores), async (put) => {
      for (const [i, { id }] of saes.entries()) {
        await put(saeFile(manifest, id), drawn[chunk % DRAWN]![i]!(firstSample));
      }
      await put(RESIDUAL_FILE, residual);
    });
  }
}

/** What a chunk keeps of a layer, by where its samples are counted from. */
type LayerFile = (firstSample: number) => Uint8Array;

function sparseFile(rows: PooledRows): LayerFile {
  return (firstSample) => chunkToArrow({ ...rows, firstSample });
}

/** Of all chunks the same bytes, without the rows that they are of. */
function momentsFile(moments: Moments): LayerFile {
  const bytes = momentsToArrow(moments);
  return () => bytes;
}

function sampleLines(firstSample: number, scores: Float64Array): string {
  const records = Array.from(scores, (score, i) => ({
    ...{ id: `q${firstSample + i}`, prompt: `What is ${firstSample + i}?`, expected: "A", completion: "A", score },
    ...{ stopReason: "length", promptTokens: 8, generatedTokens: 1 },
  }));
  return toJsonLines(records);
}

/** `randomColumns`, by sample. */
function randomRows(nSamples: number, seed: number): PooledRows {
  const columns = randomColumns(nSamples, FEATURES, ACTIVE, seed);
  const offsets = new Uint32Array(nSamples + 1);
  for (const sample of columns.samples) offsets[sample + 1]! += 1;
  for (let sample = 0; sample < nSamples; sample++) offsets[sample + 1]! += offsets[sample]!;
  const next = offsets.slice();
  const indices = new Uint32Array(columns.samples.length);
  const values = new Float32Array(columns.samples.length);
  for (let feature = 0; feature < FEATURES; feature++) {
    for (let entry = columns.offsets[feature]!; entry < columns.offsets[feature + 1]!; entry++) {
      const at = next[columns.samples[entry]!]!++;
      indices[at] = feature;
      values[at] = columns.values[entry]!;
    }
  }
  return { offsets, indices, values, steerValues: values };
}
