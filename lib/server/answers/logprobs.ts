import type { FormerLogprobs, PresentLogprobs } from "../schemas/logprobs";
import type { ScoredToken } from "./scored";
import type { TokenTexts } from "./token-texts";

/** In the present form. */
export function presentLogprobs(tokens: readonly ScoredToken[], texts: TokenTexts): PresentLogprobs {
  const shown = (token: number) => ({ token: texts.text(token), bytes: texts.bytes(token) });
  return {
    content: tokens.map(({ token, logProbability, likeliest }) => ({
      ...shown(token),
      logprob: logProbability ?? null,
      top_logprobs: likeliest.map((other) => ({ ...shown(other.token), logprob: other.logProbability })),
    })),
    refusal: null,
  };
}

/** In the former one, where the chosen token stands among the likeliest whether it is one of them or not. @param offset of the first token's text */
export function formerLogprobs(
  tokens: readonly ScoredToken[],
  texts: TokenTexts,
  isTop: boolean,
  offset: number,
): FormerLogprobs {
  const words = tokens.map(({ token }) => texts.text(token));
  let at = offset;
  return {
    tokens: words,
    token_logprobs: tokens.map(({ logProbability }) => logProbability ?? null),
    top_logprobs: isTop ? tokens.map((token) => likeliestOf(token, texts)) : null,
    text_offset: words.map((word) => {
      const begin = at;
      at += word.length;
      return begin;
    }),
  };
}

function likeliestOf(
  { token, logProbability, likeliest }: ScoredToken,
  texts: TokenTexts,
): Record<string, number> | null {
  if (logProbability === undefined) return null;
  const all = [...likeliest, { token, logProbability }];
  return Object.fromEntries(all.map((other) => [texts.text(other.token), other.logProbability]));
}
