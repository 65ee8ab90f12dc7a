import { existsSync } from "node:fs";
import { errorCode } from "../errors";
import { fetchModel } from "../hub/fetch-model";
import { isReference } from "../hub/reference";
import { loadUnknown } from "../model/load-unknown";
import type { Model } from "../model/model";
import type { NativeTokenLogits } from "../native/addon";
import { cancellable } from "../native/cancellable";
import { loadAddon } from "../native/load";
import type { WorkOptions } from "../progress";
import { readSetup } from "../pipeline/setup";
import type { Setup } from "../pipeline/setup-options";
import { decoderDirections } from "../steering/directions";
import { residualBases } from "../sae/residual-basis";
import { fetchSaes } from "../sae/fetch-saes";
import { findSaes } from "../sae/set";
import { defaultThreads } from "../native/threads";
import type { FeatureKey } from "../sae/name";

const N_TOKENS = 8;

/** A token, and the logit that a direction of the residual stream adds to it. */
export interface TokenLogit {
  readonly token: string;
  readonly logit: number;
}

/** What a feature's decoder direction does to the next token's logits by itself. */
export interface Lens {
  readonly promoted: readonly TokenLogit[];
  readonly suppressed: readonly TokenLogit[];
}

/**
 * Each feature's decoder direction through the final norm's weights and the unembedding ("logit lens"); or, where the
 * run's model or SAEs are not where they were, why not.
 *
 * @throws the signal's reason after an abort
 */
export async function readLenses(
  directory: string,
  features: readonly FeatureKey[],
  work: WorkOptions = {},
): Promise<readonly Lens[] | string> {
  if (features.length === 0) return [];
  const setup = await readSetup(directory).catch(() => undefined);
  if (!setup) return "The run does not say where its model and SAEs are.";
  if (!isReference(setup.model) && !existsSync(setup.model)) return "The run's model file is not where it was.";
  try {
    return await project(setup, features, work);
  } catch (error) {
    work.signal?.throwIfAborted();
    return `The model or its SAEs cannot be read: ${errorCode(error) ?? "unknown error"}.`;
  }
}

async function project(
  { model: source, sae, layers, threads = defaultThreads() }: Setup,
  features: readonly FeatureKey[],
  { onProgress, signal }: WorkOptions,
): Promise<Lens[]> {
  const cached = { cacheOnly: true, signal }; // a report downloads nothing
  const { path } = await fetchModel(source, cached);
  const model = await loadUnknown(path, { device: "cpu", signal });
  try {
    const fetched = sae === undefined ? undefined : await fetchSaes(sae, { layers, ...cached });
    const saes = fetched ? await findSaes(fetched.source) : residualBases(model.info);
    const directionsOf = decoderDirections(saes);
    const { nEmbd } = model.info;
    const directions = new Float32Array(features.length * nEmbd);
    const saesUsed = [...new Set(features.map((of) => of.sae))];
    for (const [done, id] of saesUsed.entries()) {
      onProgress?.({ step: "tokens that features promote", done, total: saesUsed.length, unit: "SAEs" });
      await directionsOf(features.filter((of) => of.sae === id));
    }
    (await directionsOf(features)).forEach((direction, i) => {
      directions.set(direction, i * nEmbd);
    });
    const plan = { path, directions, nDirections: features.length, topK: N_TOKENS, threads };
    const addon = loadAddon();
    const { promoted, suppressed } = await cancellable(addon, signal, (cancel) => addon.unembed(plan, cancel));
    const tokens = ({ tokens, logits }: NativeTokenLogits, i: number): TokenLogit[] =>
      Array.from({ length: N_TOKENS }, (_, k) => i * N_TOKENS + k).map((at) => ({
        token: tokenText(model, tokens.subarray(at, at + 1)),
        logit: logits[at]!,
      }));
    return features.map((_, i) => ({ promoted: tokens(promoted, i), suppressed: tokens(suppressed, i) }));
  } finally {
    await model.dispose();
  }
}

/** A token that is a part of a character has no text of its own: its number then. */
function tokenText(model: Model, token: Int32Array): string {
  const text = model.detokenize(token, { special: true });
  return text.includes("\uFFFD") ? `#${token[0]!}` : text;
}
