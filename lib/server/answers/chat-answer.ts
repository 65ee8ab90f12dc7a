import type { ForkChunk, Reply } from "../../model/generate/reply";
import { mapped } from "../../model/mapped";
import type { Head } from "../schemas/answer";
import type { ChatAnswer, ChatChunk } from "../schemas/chat-answer";
import type { PresentLogprobs } from "../schemas/logprobs";
import type { WatchedToken } from "../schemas/watched";
import { scored, type ScoredToken } from "./scored";
import { finishReasonOf } from "../../model/generate/finish-reason";
import type { Asked } from "./ways";
import { usageOf } from "./usage";

/** What of the answers is told beside their text. */
export interface ChatTelling extends Pick<Asked, "arms"> {
  /** Of tokens; undefined where nobody asked. */
  readonly logprobs: ((tokens: readonly ScoredToken[]) => PresentLogprobs) | undefined;
  /** The values of features at them; undefined where nobody asked. */
  readonly watched: ((piece: Pick<ForkChunk, "tokens" | "watched">) => WatchedToken[]) | undefined;
}

/** A conversation's answers as one document. */
export function chatAnswer(head: Head, replies: readonly Reply[], told: ChatTelling): ChatAnswer {
  const { arms, logprobs, watched } = told;
  return {
    ...head,
    object: "chat.completion",
    choices: replies.map((reply, index) => ({
      index,
      ...(arms && { arm: arms[index]! }),
      message: {
        role: "assistant",
        content: reply.text,
        refusal: null,
        ...(reply.reasoning !== undefined && { reasoning_content: reply.reasoning }),
      },
      logprobs: logprobs && reply.scores ? logprobs(scored(reply.tokens, reply.scores)) : null,
      ...(watched && { tokens: watched(reply) }),
      finish_reason: finishReasonOf(reply),
      receipt: reply.receipt,
    })),
    usage: usageOf([replies]),
  };
}

/** The same as it comes. */
export async function* chatChunks(
  head: Head,
  pieces: AsyncGenerator<ForkChunk, Reply[]>,
  { arms, logprobs, watched }: ChatTelling,
  withUsage: boolean,
): AsyncGenerator<ChatChunk> {
  type Choice = ChatChunk["choices"][number];
  const begun = new Set<number>();
  const chunk = (choices: Choice[]): ChatChunk => ({
    ...head,
    object: "chat.completion.chunk",
    choices,
    ...(withUsage && { usage: null }),
  });
  const choice = (index: number, delta: Choice["delta"], finish_reason: Choice["finish_reason"] = null): Choice => {
    const isFirst = !begun.has(index);
    begun.add(index);
    return {
      index,
      ...(arms && { arm: arms[index]! }),
      delta: { ...(isFirst && { role: "assistant" }), ...delta },
      logprobs: null,
      finish_reason,
    };
  };
  const replies = yield* mapped(pieces, (piece) => {
    const { branch, text, reasoning, tokens, scores } = piece;
    const delta = { ...(reasoning && { reasoning_content: reasoning }), ...(text && { content: text }) };
    const told = logprobs && scores ? logprobs(scored(tokens, scores)) : null;
    const seen = watched && tokens.length > 0 ? { tokens: watched(piece) } : undefined;
    return reasoning || text || told || seen ? [chunk([{ ...choice(branch, delta), logprobs: told, ...seen }])] : [];
  });
  for (const [index, reply] of replies.entries()) {
    yield chunk([{ ...choice(index, {}, finishReasonOf(reply)), receipt: reply.receipt }]);
  }
  if (withUsage) yield { ...chunk([]), usage: usageOf([replies]) };
}
