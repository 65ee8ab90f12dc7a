import type { ForkChunk, Reply } from "../../model/generate/reply";
import { mapped } from "../mapped";
import type { Head } from "../schemas/answer";
import type { ChatAnswer, ChatChunk } from "../schemas/chat-answer";
import { finishReasonOf } from "./finish-reason";
import type { Asked } from "./ways";
import { usageOf } from "./usage";

/** A conversation's answers as one document. */
export function chatAnswer(head: Head, replies: readonly Reply[], { arms }: Pick<Asked, "arms">): ChatAnswer {
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
      logprobs: null,
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
  { arms }: Pick<Asked, "arms">,
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
  const replies = yield* mapped(pieces, ({ branch, text, reasoning }) => {
    const delta = { ...(reasoning && { reasoning_content: reasoning }), ...(text && { content: text }) };
    return reasoning || text ? [chunk([choice(branch, delta)])] : [];
  });
  for (const [index, reply] of replies.entries()) {
    yield chunk([{ ...choice(index, {}, finishReasonOf(reply)), receipt: reply.receipt }]);
  }
  if (withUsage) yield { ...chunk([]), usage: usageOf([replies]) };
}
