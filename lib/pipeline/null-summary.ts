import { existsSync } from "node:fs";
import { join } from "node:path";
import type { NullSummary } from "../evaluate/evaluation";
import { ranking } from "../rank/ranking";
import { readJson } from "../store/json-file";

/** What an evaluation keeps of the run's ranking; null where no scores were permuted, or it is gone. @throws ERR_FILE_FORMAT */
export async function readNullSummary(directory: string): Promise<NullSummary | null> {
  const path = join(directory, "ranking.json");
  if (!existsSync(path)) return null;
  const { null: permuted, target, score, stratifiedBy, covariates, confounds } = await readJson(path, ranking);
  if (permuted === null) return null;
  const { permutations, seed, alpha, threshold } = permuted;
  const layers = permuted.layers.map(({ layer, threshold, nSurvivors, bestInsideNull }) => ({
    layer,
    threshold,
    nSurvivors,
    bestInsideNull,
  }));
  const nSurvivors = layers.reduce((sum, { nSurvivors }) => sum + nSurvivors, 0);
  return {
    target,
    score,
    stratifiedBy,
    covariates,
    permutations,
    seed,
    alpha,
    threshold,
    nSurvivors,
    layers,
    confounds,
  };
}
