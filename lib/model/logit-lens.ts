import type { NativeTokenLogits } from "../native/addon";
import { cancellable } from "../native/cancellable";
import { loadAddon } from "../native/load";
import type { Model } from "./model";

/** A token, and the logit that a direction of the residual stream adds to it. */
export interface TokenLogit {
  readonly token: string;
  readonly logit: number;
}

/** What a direction does to the next token's logits by itself. */
export interface Lens {
  readonly promoted: readonly TokenLogit[];
  readonly suppressed: readonly TokenLogit[];
}

interface LensOptions {
  readonly nTokens: number;
  readonly threads: number;
  readonly signal: AbortSignal | undefined;
}

/**
 * Directions [n, n_embd] through the final norm's weights and the unembedding ("logit lens"): of each the tokens whose
 * logits it adds most to, and takes most from.
 *
 * @throws as `Addon.unembed`; the signal's reason after an abort
 */
export async function logitLens(
  model: Model,
  directions: Float32Array,
  { nTokens, threads, signal }: LensOptions,
): Promise<Lens[]> {
  const nDirections = directions.length / model.info.nEmbd;
  const { promoted, suppressed } = await unembedded(model, directions, { nTokens, threads, signal });
  const texts = new Map<number, string>();
  const textOf = (token: number) => {
    const known = texts.get(token) ?? tokenText(model, token);
    texts.set(token, known);
    return known;
  };
  const tokens = ({ tokens, logits }: NativeTokenLogits, i: number): TokenLogit[] =>
    Array.from({ length: nTokens }, (_, k) => i * nTokens + k).map((at) => ({
      token: textOf(tokens[at]!),
      logit: logits[at]!,
    }));
  return Array.from({ length: nDirections }, (_, i) => ({
    promoted: tokens(promoted, i),
    suppressed: tokens(suppressed, i),
  }));
}

/** Of each direction the tokens that it promotes, by number, the strongest first. @throws as `logitLens` */
export async function promotedTokens(
  model: Model,
  directions: Float32Array,
  options: LensOptions,
): Promise<Int32Array[]> {
  const { promoted } = await unembedded(model, directions, options);
  const { nTokens } = options;
  return Array.from({ length: promoted.tokens.length / nTokens }, (_, i) =>
    promoted.tokens.subarray(i * nTokens, (i + 1) * nTokens),
  );
}

function unembedded({ info }: Model, directions: Float32Array, { nTokens, threads, signal }: LensOptions) {
  const plan = { path: info.path, directions, nDirections: directions.length / info.nEmbd, topK: nTokens, threads };
  const addon = loadAddon();
  return cancellable(addon, signal, (cancel) => addon.unembed(plan, cancel));
}

/** A token that is a part of a character has no text of its own: its number then. */
export function tokenText(model: Model, token: number): string {
  const text = model.detokenize(Int32Array.of(token), { special: true });
  return text.includes("\uFFFD") ? `#${token}` : text;
}
