import { existsSync } from "node:fs";
import { SteeringError } from "../errors";
import { readBytes } from "../store/read-file";
import { mergeResidualSums, residualSumsFromArrow, type ResidualSums } from "../store/residual-sums";
import { residualFile } from "../store/run";
import type { Shard } from "./read-moments";

/** The residual rows that one SAE read, pooled (mean over positions) per sample. A sample is correct when its score is above 0. */
export interface ResidualStatistics {
  /** The SAE's. */
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
  return (first ?? []).map(({ layer, n, nCorrect, nPositions, normSum, sumCorrect, sumIncorrect }) => ({
    layer,
    n,
    nCorrect,
    meanNorm: normSum / Math.max(nPositions, 1),
    meanCorrect: sumCorrect.map((sum) => sum / Math.max(nCorrect, 1)),
    meanIncorrect: sumIncorrect.map((sum) => sum / Math.max(n - nCorrect, 1)),
  }));
}

async function readSums({ directory, manifest }: Shard): Promise<ResidualSums[]> {
  const path = residualFile(directory, manifest);
  if (!existsSync(path)) {
    throw new SteeringError(
      "ERR_RUN_INCOMPLETE",
      `${directory} has no residual statistics (${path}): an earlier version collected it. Collect again, into another directory`,
      { directory, path },
    );
  }
  const sums = residualSumsFromArrow(await readBytes(path), path);
  const [expected, actual] = [manifest.saes.map(({ layer }) => layer).join(), sums.map(({ layer }) => layer).join()];
  if (expected === actual && sums.every(({ n }) => n === manifest.samples.n)) return sums;
  throw new SteeringError(
    "ERR_FILE_FORMAT",
    `${path}: expected ${manifest.samples.n} samples of layers ${expected}, found layers ${actual} and ${sums[0]?.n ?? 0} samples`,
    { path, expected, actual },
  );
}
