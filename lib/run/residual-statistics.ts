import { existsSync } from "node:fs";
import { SteeringError } from "../errors";
import { readChecked } from "../files/checksums";
import { emptyResidualSums, mergeResidualSums, residualSumsFromArrow, type ResidualSums } from "./residual-sums";
import { chunkFiles, RESIDUAL_FILE } from "./run";
import type { Shard } from "./shards";

/** The residual rows that one SAE read, pooled (mean over positions) per sample. A sample is correct when its score is above 0. */
export interface ResidualStatistics {
  /** Id of the SAE, and its layer. */
  readonly sae: string;
  readonly layer: number;
  readonly n: number;
  readonly nCorrect: number;
  /** Mean norm over all positions; 0 where no sample has one. */
  readonly meanNorm: number;
  /** [n_embd], over the correct samples and the others; zeros where there are none. */
  readonly meanCorrect: Float64Array;
  readonly meanIncorrect: Float64Array;
}

/** Of all shards together, in the order of the manifest's SAEs. @throws ERR_RUN_INCOMPLETE, ERR_FILE_FORMAT */
export async function readResidualStatistics(shards: readonly Shard[]): Promise<ResidualStatistics[]> {
  const [first, ...others] = await Promise.all(shards.map(readSums));
  for (const other of others) first?.forEach((sums, i) => mergeResidualSums(sums, other[i]!));
  const saes = shards[0]?.manifest.saes ?? [];
  return (first ?? []).map(({ layer, n, nCorrect, nPositions, normSum, sumCorrect, sumIncorrect }, i) => ({
    sae: saes[i]!.id,
    layer,
    n,
    nCorrect,
    meanNorm: normSum / Math.max(nPositions, 1),
    meanCorrect: sumCorrect.map((sum) => sum / Math.max(nCorrect, 1)),
    meanIncorrect: sumIncorrect.map((sum) => sum / Math.max(n - nCorrect, 1)),
  }));
}

/** Mean norm of the rows that an SAE read, by its id. Read when first asked for. @throws as `readResidualStatistics` */
export function residualNorms(shards: () => Promise<readonly Shard[]>): (sae: string) => Promise<number> {
  let read: Promise<ResidualStatistics[]> | undefined;
  return async (asked) => {
    const statistics = await (read ??= shards().then(readResidualStatistics));
    return statistics.find(({ sae }) => sae === asked)!.meanNorm;
  };
}

async function readSums({ directory, manifest }: Shard): Promise<ResidualSums[]> {
  const total = manifest.saes.map(({ layer }) => emptyResidualSums(layer, manifest.model.nEmbd));
  for (const path of await chunkFiles(directory, manifest, RESIDUAL_FILE)) {
    if (!existsSync(path)) {
      throw new SteeringError(
        "ERR_RUN_INCOMPLETE",
        `${path} is missing: an earlier version collected ${directory}. Collect again, into another directory`,
        { directory, path },
      );
    }
    const sums = residualSumsFromArrow(await readChecked(path), path, total);
    total.forEach((layer, i) => {
      mergeResidualSums(layer, sums[i]!);
    });
  }
  const stray = total.find(({ n }) => n !== manifest.samples.n);
  if (!stray) return total;
  const [expected, actual] = [`residual sums of ${manifest.samples.n} samples`, stray.n];
  const message = `${directory}: expected ${expected}, found ${actual}`;
  throw new SteeringError("ERR_FILE_FORMAT", message, { path: directory, expected, actual });
}
