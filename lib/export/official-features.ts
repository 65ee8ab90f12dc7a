import type { RankedFeature, Ranking } from "../rank/ranking";

/** What the published code steers: one layer, the best feature of every layer, or those of them that validation kept. */
export type OfficialMode = number | "global" | "foreach";

/**
 * The published code's record of a selection (seonglae/CorrSteer 65ca523, `train.py`): frequencies are in percent of all
 * samples, lists are by sign of r, and a layer has one selected feature.
 */
export interface OfficialFeatures {
  readonly model: string;
  readonly task: string;
  readonly mode: OfficialMode;
  /** Steered layers. */
  readonly steers: readonly number[];
  /** By layer. */
  readonly results: Readonly<Record<string, OfficialLayer>>;
  readonly samples: number;
  readonly pool: "max" | "mean";
  readonly steer_pool: "max" | "mean";
  readonly progress: null;
}

export interface OfficialLayer {
  readonly top_positive: readonly OfficialFeature[];
  readonly top_negative: readonly OfficialFeature[];
  readonly selected: OfficialFeature;
}

export interface OfficialFeature {
  readonly feature_index: number;
  readonly coefficient: number;
  readonly correlation: number;
  readonly frequency: number;
  readonly stats: {
    readonly freq_correct: number;
    readonly freq_incorrect: number;
    readonly coeff_success: number;
    readonly coeff_failure: number;
  };
}

/** @param selected one feature of each steered layer; its coefficient is what it is steered with */
export function officialFeatures(
  ranking: Ranking,
  names: { readonly model: string; readonly task: string },
  mode: OfficialMode,
  selected: readonly RankedFeature[],
): OfficialFeatures {
  const layers = selected.map((feature) => {
    const { features } = ranking.layers.find(({ sae }) => sae === feature.sae)!;
    const listed = (keep: (r: number) => boolean) => features.filter(({ r }) => keep(r)).map(listedFeature);
    const result: OfficialLayer = {
      top_positive: listed((r) => r > 0),
      top_negative: listed((r) => r < 0),
      selected: officialFeature(feature, feature.coefficient),
    };
    return [feature.layer, result] as const;
  });
  return {
    ...names,
    mode,
    steers: layers.map(([layer]) => layer),
    results: Object.fromEntries(layers),
    samples: ranking.n,
    pool: ranking.pooling,
    steer_pool: ranking.steerPooling,
    progress: null,
  };
}

/** In the lists, features of negative r have the mean activation on correct samples too; only the selected one is minus that. */
function listedFeature(feature: RankedFeature): OfficialFeature {
  return officialFeature(feature, feature.coefficientCorrect);
}

function officialFeature(feature: RankedFeature, coefficient: number): OfficialFeature {
  return {
    feature_index: feature.feature,
    coefficient,
    correlation: feature.r,
    frequency: 100 * feature.frequency,
    stats: {
      freq_correct: 100 * feature.frequencyCorrect,
      freq_incorrect: 100 * feature.frequencyIncorrect,
      coeff_success: feature.coefficientCorrect,
      coeff_failure: feature.coefficientIncorrect,
    },
  };
}
