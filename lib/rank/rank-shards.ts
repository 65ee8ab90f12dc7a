import { analyzeLayer, type AnalyzedLayer } from "./layer";
import { notesOn } from "./notes";
import { fitToRun, resolveRankOptions, type RankOptions } from "./options";
import { planRanking } from "./plan";
import { quantity } from "../quantity";
import { findOtherSide } from "./find-other-side";
import { permuteOn } from "./permute-on";
import type { Ranking } from "./ranking";
import type { Shard } from "../run/shards";
import { judge } from "./significance";
import { measureStability } from "./stability";

/**
 * The ranking of runs that were read, without its confounds; nothing is written. With the other side, what lies beyond the
 * sign that was asked for is looked at too.
 *
 * @throws as `rank`
 */
export async function rankShards(
  shards: readonly Shard[],
  options: RankOptions,
  { withOtherSide = false } = {},
): Promise<Ranking> {
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
    looks,
    bootstrap,
    seed,
    onProgress,
    signal,
  } = plan.options;
  const { length: total } = manifest.saes;
  const step = [...looks.slice(0, 1).map((n) => quantity(n, "permutation")), quantity(total, "layer")];
  const read: AnalyzedLayer[] = [];
  for (const [done, sae] of manifest.saes.entries()) {
    signal?.throwIfAborted();
    onProgress?.({ step: step.join(" x "), done, total, unit: "layers" });
    read.push(await analyzeLayer(sae, plan));
  }
  const analyzed = await permuteOn(read, plan);
  const judged = judge(analyzed, { seed, looks });
  const stable = bootstrap > 0 ? measureStability(judged.layers, analyzed) : undefined;
  const otherSide = withOtherSide ? await findOtherSide(analyzed, plan, judged.null) : null;
  const results = {
    layers: stable?.layers ?? judged.layers,
    null: judged.null && { ...judged.null, ...(withOtherSide && { otherSide }) },
  };
  return {
    format: 3,
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
    stratifiedBy: stratifyBy ?? null,
    n: analyzed[0]!.n,
    ...(plan.design.clusters && { nClusters: plan.design.clusters.sizes.length }),
    nCorrect: analyzed[0]!.nCorrect,
    ...results,
    bootstrap: stable ? { resamples: bootstrap, seed, stability: stable.stability } : null,
    confounds: [],
    notes: notesOn(plan, results),
  };
}
