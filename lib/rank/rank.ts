import { join } from "node:path";
import { writeJson } from "../store/json-file";
import { analyzeLayer, type AnalyzedLayer } from "./layer";
import { notesOn } from "./notes";
import { fitToRun, resolveRankOptions, type RankOptions } from "./options";
import { planRanking } from "./plan";
import type { Ranking } from "./ranking";
import { readShards, type Shard } from "./read-moments";
import { judge } from "./significance";
import { measureStability } from "./stability";

/**
 * Orders each layer's features by |r| of pooled activation and score, ties by index, says how large an r chance gives,
 * and writes `ranking.json` into the (first) run directory. Several directories are shards: runs of one manifest over
 * different questions. Runs no model.
 *
 * @throws ERR_RUN_INCOMPLETE when collection is not finished, ERR_RUN_MISMATCH when shards disagree, ERR_DEGENERATE when
 * nothing is left to correlate or to permute, ERR_INVALID_ARGUMENT, ERR_OUT_OF_RANGE
 */
export async function rank(runDirectories: string | readonly string[], options: RankOptions = {}): Promise<Ranking> {
  resolveRankOptions(options); // what is wrong with them is said before anything is read
  const shards = await readShards(typeof runDirectories === "string" ? [runDirectories] : runDirectories);
  const ranking = await rankShards(shards, options);
  await writeJson(join(shards[0]!.directory, "ranking.json"), ranking);
  return ranking;
}

/** The same of runs that were read, and nothing is written. @throws as `rank` */
export async function rankShards(shards: readonly Shard[], options: RankOptions): Promise<Ranking> {
  const { manifest } = shards[0]!;
  const plan = await planRanking(shards, fitToRun(resolveRankOptions(options), shards));
  const {
    target,
    reverse,
    score,
    sign,
    topK,
    minSupport,
    covariates,
    stratifyBy,
    permutations,
    bootstrap,
    seed,
    signal,
  } = plan.options;
  const analyzed: AnalyzedLayer[] = [];
  for (const sae of manifest.saes) {
    signal?.throwIfAborted();
    analyzed.push(await analyzeLayer(sae, plan));
  }
  const judged = judge(analyzed, seed);
  const stable = bootstrap > 0 ? measureStability(judged.layers, analyzed) : undefined;
  const results = { layers: stable?.layers ?? judged.layers, null: judged.null };
  return {
    format: 1,
    task: manifest.task.name,
    model: manifest.model,
    saes: manifest.saes,
    convention: manifest.convention,
    pooling: manifest.pooling,
    steerPooling: manifest.steerPooling,
    versions: manifest.versions,
    target,
    reverse,
    score,
    sign,
    topK,
    minSupport,
    covariates: [...covariates],
    stratifiedBy: permutations > 0 ? (stratifyBy ?? null) : null,
    n: analyzed[0]!.n,
    nCorrect: analyzed[0]!.nCorrect,
    ...results,
    bootstrap: stable ? { resamples: bootstrap, seed, stability: stable.stability } : null,
    notes: notesOn(plan, results),
  };
}
