import type { ForkChunk, Reply } from "../../model/generate/reply";
import { mapped } from "../../model/mapped";
import type { Head } from "../schemas/answer";
import type { FeaturesAnswer, FeaturesChunk } from "../schemas/features";
import { finishReasonOf } from "../../model/generate/finish-reason";
import type { TokenTexts } from "./token-texts";
import { watchedTokens } from "./watched-tokens";

/** An answer's tokens with the values of features as one document. */
export function featuresAnswer(
  head: Head,
  reply: Reply,
  features: readonly string[],
  texts: TokenTexts,
): FeaturesAnswer {
  return {
    ...head,
    object: "features",
    features: [...features],
    tokens: watchedTokens(reply, features.length, texts),
    finish_reason: finishReasonOf(reply),
    receipt: reply.receipt,
  };
}

/** The same as they come. */
export async function* featuresChunks(
  head: Head,
  pieces: AsyncGenerator<ForkChunk, Reply[]>,
  nFeatures: number,
  texts: TokenTexts,
): AsyncGenerator<FeaturesChunk> {
  const chunk = (tokens: FeaturesChunk["tokens"]): FeaturesChunk => ({
    ...head,
    object: "features.chunk",
    tokens,
    finish_reason: null,
  });
  const [reply] = yield* mapped(pieces, (piece) =>
    piece.tokens.length > 0 ? [chunk(watchedTokens(piece, nFeatures, texts))] : [],
  );
  yield { ...chunk([]), finish_reason: finishReasonOf(reply!), receipt: reply!.receipt };
}
