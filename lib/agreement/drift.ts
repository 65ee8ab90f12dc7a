import { invalidArgument } from "../errors";
import { nativeLayer } from "../sae/hook-point";
import type { StoredSae } from "../sae/folder";
import type { FeatureKey } from "../sae/name";
import type { SaeOptions } from "../sae/options";
import { Sae } from "../sae/sae";
import { type Agreement, AgreementSums } from "./agreement";
import { type PooledFeature, PooledSums } from "./pooled-sums";
import type { TextRows } from "./text-rows";

/** How far the features of one model differ from another's, by one SAE. */
export interface SaeDrift {
  readonly id: string;
  readonly layer: number;
  /** Squared difference of the residual rows, by the squares of the first model's. */
  readonly residualNmse: number;
  /** Of the encodings, row by row. */
  readonly agreement: Agreement;
  readonly pooled: PooledDrift;
  /** Those that were asked for. */
  readonly features: readonly PooledFeature[];
}

/** Of the activations pooled over each text, the largest: features that fire in 5 texts or more of the first model. */
export interface PooledDrift {
  readonly features: number;
  /** Of their correlations between the models; no variance in the second is 0. NaN without features. */
  readonly medianR: number;
  /** How many are below 0.9. */
  readonly drifting: number;
  readonly worst: PooledFeature | null;
}

const LEAST_TEXTS = 5;
export const DRIFTING = 0.9;

/**
 * Compares what two models make of the same texts, such as two quantisations of one.
 *
 * @throws ERR_INVALID_ARGUMENT where they read other tokens; as `Sae.load` and `Sae.encode`
 */
export async function saeDrift(
  sae: StoredSae,
  [first, second]: readonly [TextRows, TextRows],
  asked: readonly FeatureKey[],
  options: SaeOptions,
): Promise<SaeDrift> {
  const { signal } = options;
  if (!first.readSame(second)) throw invalidArgument("models", "two with the same tokens", "other tokens of a text");
  await using loaded = await Sae.load(sae, options);
  const sums = new AgreementSums(loaded.dSae);
  const pooled = new PooledSums(loaded.dSae);
  const layer = nativeLayer(sae.config.hook);
  const theirs = await second.of(layer);
  let [error, power] = [0, 0];
  for (const [text, rows] of (await first.of(layer)).entries()) {
    const others = theirs[text]!;
    rows.forEach((value, i) => {
      error += (value - others[i]!) ** 2;
      power += value ** 2;
    });
    const acts = [await loaded.encode(rows, { signal }), await loaded.encode(others, { signal })] as const;
    sums.add(...acts);
    pooled.add(...acts);
  }
  return {
    id: sae.id,
    layer: sae.config.hook.layer,
    residualNmse: error / power,
    agreement: sums.result(),
    pooled: pooledDrift(pooled.thatFire(LEAST_TEXTS)),
    features: asked.filter((key) => key.sae === sae.id).map(({ feature }) => pooled.feature(feature)),
  };
}

function pooledDrift(features: readonly PooledFeature[]): PooledDrift {
  const ascending = [...features].sort((a, b) => (a.r ?? 0) - (b.r ?? 0) || a.feature - b.feature);
  return {
    features: features.length,
    medianR: ascending.length === 0 ? NaN : (ascending[Math.floor(ascending.length / 2)]!.r ?? 0),
    drifting: ascending.filter(({ r }) => (r ?? 0) < DRIFTING).length,
    worst: ascending[0] ?? null,
  };
}
