import { join } from "node:path";
import type { Shard } from "../run/shards";
import { chunkFromArrow } from "../run/chunk";
import { readChecked } from "../files/checksums";
import { saeFiles } from "../run/run";
import { readSamples } from "../run/samples";
import { saeOf, type SaeIdentity } from "../sae/identity";
import type { FeatureKey } from "../sae/name";
import { clip } from "./clip";

const N_EXAMPLES = 5;
const PROMPT_LENGTH = 700;
const ANSWER_LENGTH = 200;

/** A question in whose answer a feature fires strongly. */
export interface Example {
  readonly id: string;
  readonly activation: number;
  readonly prompt: string;
  readonly completion: string;
  readonly gold: string;
  readonly score: number;
}

interface Peak {
  /** Counted over all shards. */
  readonly sample: number;
  readonly activation: number;
}

/**
 * The questions in whose answers each feature's pooled activation is largest, strongest first, ties by order; none where
 * single samples were not kept.
 *
 * @throws ERR_FILE_FORMAT; ERR_RUN_MISMATCH for a feature of an SAE that the run does not have
 */
export async function readExamples(shards: readonly Shard[], features: readonly FeatureKey[]): Promise<Example[][]> {
  const peaks = features.map((): Peak[] => []);
  if (shards[0]!.manifest.keep !== "sparse") return peaks.map(() => []);
  const { saes: known } = shards[0]!.manifest;
  const saes = [...new Set(features.map(({ sae }) => sae))].map((id) => saeOf(known, id));
  let nBefore = 0;
  for (const shard of shards) {
    for (const sae of saes) await findPeaks(shard, nBefore, sae, features, peaks);
    nBefore += shard.scores.length;
  }
  const wanted = new Set(peaks.flat().map(({ sample }) => sample));
  const found = new Map<number, Omit<Example, "activation">>();
  let index = 0;
  for (const { directory } of shards) {
    for await (const { id, prompt, completion, expected, score } of readSamples(join(directory, "samples.jsonl"))) {
      if (wanted.has(index)) {
        const text = { prompt: clip(prompt, PROMPT_LENGTH, "start"), completion: clip(completion, ANSWER_LENGTH) };
        found.set(index, { id, ...text, gold: clip(expected, ANSWER_LENGTH), score });
      }
      index += 1;
    }
  }
  return peaks.map((own) => own.map(({ sample, activation }) => ({ ...found.get(sample)!, activation })));
}

/** Adds the peaks of an SAE's features to theirs in `peaks`. @param nBefore samples of earlier shards */
async function findPeaks(
  shard: Shard,
  nBefore: number,
  { id, dSae }: SaeIdentity,
  features: readonly FeatureKey[],
  peaks: Peak[][],
): Promise<void> {
  const placeOf = new Map(features.flatMap((key, i) => (key.sae === id ? [[key.feature, i] as const] : [])));
  for (const path of await saeFiles(shard.directory, shard.manifest, id)) {
    const limits = { dSae, nSamples: shard.scores.length };
    const { firstSample, offsets, indices, values } = chunkFromArrow(await readChecked(path), path, limits);
    for (let row = 0; row + 1 < offsets.length; row++) {
      for (let entry = offsets[row]!; entry < offsets[row + 1]!; entry++) {
        const place = placeOf.get(indices[entry]!);
        if (place !== undefined)
          keep(peaks[place]!, { sample: nBefore + firstSample + row, activation: values[entry]! });
      }
    }
  }
}

/** Inserts in order of activation; of equal ones the first that came stays before. */
function keep(peaks: Peak[], peak: Peak): void {
  const after = peaks.findIndex(({ activation }) => activation < peak.activation);
  if (after >= 0) peaks.splice(after, 0, peak);
  else peaks.push(peak);
  if (peaks.length > N_EXAMPLES) peaks.pop();
}
