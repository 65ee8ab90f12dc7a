import type {
  LanguageModelV3Content,
  LanguageModelV3FinishReason,
  LanguageModelV3StreamPart,
  LanguageModelV3Usage,
  SharedV3ProviderMetadata,
} from "@ai-sdk/provider";
import { finishReasonOf } from "../../model/generate/finish-reason";
import type { Reply, ReplyChunk } from "../../model/generate/reply";
import { mapped } from "../../model/mapped";

/** How an answer ended, and the proof that it was steered, as `providerMetadata.corrsteer.receipt`. */
export interface Ending {
  readonly finishReason: LanguageModelV3FinishReason;
  readonly usage: LanguageModelV3Usage;
  readonly providerMetadata: SharedV3ProviderMetadata;
}

export function endingOf({ stopReason, usage, receipt }: Reply): Ending {
  const { promptTokens, completionTokens, sharedTokens } = usage;
  return {
    finishReason: { unified: finishReasonOf({ stopReason }), raw: stopReason },
    usage: {
      inputTokens: {
        ...{ total: promptTokens, noCache: promptTokens - sharedTokens },
        ...{ cacheRead: sharedTokens, cacheWrite: undefined },
      },
      outputTokens: { total: completionTokens, text: undefined, reasoning: undefined },
    },
    providerMetadata: { corrsteer: { receipt: receipt.map((layer) => ({ ...layer })) } },
  };
}

export function contentOf({ reasoning, text }: Reply): LanguageModelV3Content[] {
  return [
    ...(reasoning === undefined ? [] : [{ type: "reasoning" as const, text: reasoning }]),
    { type: "text", text },
  ];
}

/** An answer as parts of the AI SDK's stream: each kind of text in a block of its own, with a beginning and an end. */
export async function* streamParts(
  chunks: AsyncGenerator<ReplyChunk, Reply>,
): AsyncGenerator<LanguageModelV3StreamPart> {
  yield { type: "stream-start", warnings: [] };
  let open: "reasoning" | "text" | undefined;
  const reply = yield* mapped(chunks, function* ({ reasoning = "", text }): Generator<LanguageModelV3StreamPart> {
    for (const [kind, delta] of [
      ["reasoning", reasoning],
      ["text", text],
    ] as const) {
      if (delta === "") continue;
      if (open !== kind) {
        if (open) yield { type: `${open}-end`, id: open };
        yield { type: `${kind}-start`, id: kind };
        open = kind;
      }
      yield { type: `${kind}-delta`, id: kind, delta };
    }
  });
  if (open) yield { type: `${open}-end`, id: open };
  yield { type: "finish", ...endingOf(reply) };
}
