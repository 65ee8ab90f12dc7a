import type { TokenScores } from "../../model/engine";
import type { Reply } from "../../model/generate/reply";

/** A token and how likely it was held. */
export interface ScoredToken {
  readonly token: number;
  /** Undefined where nothing was before it, and for an end that was not asked about. */
  readonly logProbability: number | undefined;
  readonly likeliest: readonly { readonly token: number; readonly logProbability: number }[];
}

export function scored(tokens: Int32Array, scores: TokenScores): ScoredToken[] {
  const k = tokens.length === 0 ? 0 : scores.topTokens.length / tokens.length;
  return Array.from(tokens, (token, i) => ({
    token,
    logProbability: scores.logProbabilities[i]!,
    likeliest: Array.from({ length: k }, (_, j) => ({
      token: scores.topTokens[i * k + j]!,
      logProbability: scores.topLogProbabilities[i * k + j]!,
    })),
  }));
}

/**
 * The prompt's tokens and those of the answer. A token that ended it is told, too: clients that ask for one token beyond an
 * echoed prompt count on there being one.
 */
export function echoed(
  { prompt, promptScores, tokens, scores, stopReason }: Reply,
  endToken: number | undefined,
): ScoredToken[] {
  const unknown = (token: number) => ({ token, logProbability: undefined, likeliest: [] });
  return [
    unknown(prompt[0]!),
    ...scored(prompt.subarray(1), promptScores!),
    ...scored(tokens, scores!),
    ...(stopReason === "end" && endToken !== undefined ? [unknown(endToken)] : []),
  ];
}
