import type { RankedFeature, Ranking } from "../rank/ranking";
import { bestOfLayers } from "./candidates";
import type { Selection } from "./selection";

/** One way to steer, to be measured: no features is the baseline. */
export interface ValidationArm {
  readonly name: string;
  readonly features: readonly RankedFeature[];
}

/** Runs the arms on the same validation prompts, as forks; gives their accuracies in order, and the number of prompts. */
export type MeasureArms = (arms: readonly ValidationArm[]) => Promise<{ n: number; accuracies: readonly number[] }>;

/**
 * CorrSteer-P: of A's features those that, alone, answer strictly more validation questions right than no steering does
 * (arXiv 2508.12535). None may be left: then the selection is empty, which steers nothing.
 * @throws ERR_DEGENERATE without a candidate
 */
export async function selectPruned(ranking: Ranking, measure: MeasureArms): Promise<Selection> {
  const candidates = bestOfLayers(ranking);
  const arms = candidates.map((candidate) => ({ name: `layer ${candidate.layer}`, features: [candidate] }));
  const { n, accuracies } = await measure([{ name: "baseline", features: [] }, ...arms]);
  const [baselineScore, ...steered] = accuracies as [number, ...number[]];
  const layers = candidates.map(({ layer, feature }, i) => {
    const score = steered[i]!;
    return { layer, features: [feature], score, pValue: null, adjustedP: null, kept: score > baselineScore };
  });
  const features = candidates.filter((_, i) => layers[i]!.kept);
  return { variant: "P", features, dropped: [], validation: { n, baselineScore, layers } };
}
