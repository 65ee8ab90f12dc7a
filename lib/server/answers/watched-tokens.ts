import type { ForkChunk } from "../../model/generate/reply";
import type { WatchedToken } from "../schemas/watched";
import type { TokenTexts } from "./token-texts";

/** Tokens with the values of features there. */
export function watchedTokens(
  { tokens, watched }: Pick<ForkChunk, "tokens" | "watched">,
  nFeatures: number,
  texts: TokenTexts,
): WatchedToken[] {
  return Array.from(tokens, (id, i) => ({
    id,
    text: texts.text(id),
    values: Array.from(watched!.subarray(i * nFeatures, (i + 1) * nFeatures)),
  }));
}
