import { existsSync } from "node:fs";
import { errorCode } from "../errors";
import { Model } from "../model/model";
import { loadAddon } from "../native/load";
import { readSetup } from "../pipeline/setup";
import { decoderDirections } from "../profile/directions";
import { findSaes } from "../sae/set";
import { defaultThreads } from "../native/threads";
import type { FeatureKey } from "./examples";

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
  signal?: AbortSignal,
): Promise<readonly Lens[] | string> {
  if (features.length === 0) return [];
  const setup = await readSetup(directory).catch(() => undefined);
  if (!setup) return "The run does not say where its model and SAEs are.";
  if (!existsSync(setup.model)) return "The run's model file is not where it was.";
  try {
    return await project(setup, features, signal);
  } catch (error) {
    signal?.throwIfAborted();
    return `The model or its SAEs cannot be read: ${errorCode(error) ?? "unknown error"}.`;
  }
}

async function project(
  setup: { readonly model: string; readonly sae: string | readonly string[] },
  features: readonly FeatureKey[],
  signal: AbortSignal | undefined,
): Promise<Lens[]> {
  const directionsOf = decoderDirections(await findSaes(setup.sae), { ...(signal && { signal }) });
  const rows: Float32Array[] = [];
  for (const { layer, feature } of features) rows.push(...(await directionsOf(layer, [feature])));
  const nEmbd = rows[0]!.length;
  const directions = new Float32Array(rows.length * nEmbd);
  rows.forEach((row, i) => directions.set(row, i * nEmbd));
  const plan = { path: setup.model, directions, nDirections: rows.length, topK: N_TOKENS, threads: defaultThreads() };
  const { promoted, suppressed } = await loadAddon().unembed(plan);
  const model = await Model.load(setup.model, { ...(signal && { signal }) });
  try {
    const tokens = ({ tokens, logits }: typeof promoted, i: number): TokenLogit[] =>
      Array.from({ length: N_TOKENS }, (_, k) => {
        const at = i * N_TOKENS + k;
        return { token: tokenText(model, tokens.subarray(at, at + 1)), logit: logits[at]! };
      });
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
