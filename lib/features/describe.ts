import type { Model } from "../model/model";
import { type Lens, logitLens } from "../model/logit-lens";
import type { NativeNearest } from "../native/addon";
import { cancellable } from "../native/cancellable";
import { loadAddon } from "../native/load";
import type { Sae } from "../sae/sae";
import { examplesOf, rounded } from "./examples";
import type { FeatureData, Near, TokenLogit } from "./format";
import type { ReadOptions, Reading } from "./read";
import { visible } from "../report/visible";

/** Of each feature: tokens at each end, and neighbours of each kind. */
const N_TOKENS = 10;
const N_NEAR = 10;
/** Rows that a feature is active on before it is said what else is. */
const LEAST_ROWS = 10;
/** Correlations below are rounding of the sketch: four times its error. */
const LEAST_CORRELATION = 0.18;

/** Features that go through the unembedding together, which is read once for all of them. */
const TOGETHER = 1024;

/**
 * Each feature of an SAE, in order, some at a time: what the text showed of it, its tokens by the logit lens, and its
 * neighbours.
 */
export async function* describeFeatures(
  model: Model,
  sae: Sae,
  examples: Reading["examples"][number],
  { contexts, perRange, seed, sae: { threads }, signal }: ReadOptions,
): AsyncGenerator<FeatureData> {
  const addon = loadAddon();
  const { dSae } = sae;
  const native = sae.native!;
  const nearest = await cancellable(addon, signal, (cancel) =>
    addon.nearestDirections(native, N_NEAR, threads, cancel),
  );
  const together = await cancellable(addon, signal, (cancel) => examples.coactive(N_NEAR, LEAST_ROWS, threads, cancel));
  for (let begin = 0; begin < dSae; begin += TOGETHER) {
    const features = Array.from({ length: Math.min(TOGETHER, dSae - begin) }, (_, i) => begin + i);
    const kept = await examples.take(begin, features.length);
    const directions = await sae.decoderRows(features);
    const lenses = await logitLens(model, directions, { nTokens: N_TOKENS, threads, signal });
    for (const [i, feature] of features.entries()) {
      yield {
        ...examplesOf(kept, i, feature, { top: contexts, perRange, seed }),
        promoted: shown(lenses[i]!.promoted),
        suppressed: shown(lenses[i]!.suppressed),
        nearest: neighbours(nearest, feature, dSae, 0),
        together: neighbours(together, feature, dSae, LEAST_CORRELATION),
      };
    }
  }
}

function shown(tokens: Lens["promoted"]): TokenLogit[] {
  return tokens.map(({ token, logit }) => [visible(token), rounded(logit)]);
}

function neighbours({ features, products }: NativeNearest, feature: number, dSae: number, least: number): Near[] {
  const k = features.length / dSae;
  return Array.from({ length: k }, (_, i): Near => [
    features[feature * k + i]!,
    Math.min(1, rounded(products[feature * k + i]!)),
  ]).filter(([, nearness]) => nearness > least);
}
