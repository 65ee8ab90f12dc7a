import { partReasoning, ReasoningSplit } from "../../prompt/reasoning";
import type { BranchResult, TokenChunk } from "../engine";
import type { EncodedPrompt } from "./encode";

/** How many tokens it took. */
export interface Usage {
  readonly promptTokens: number;
  /** Generated tokens, without the one that ends an answer. */
  readonly completionTokens: number;
  /** Prompt tokens that needed no computing, as the cache had them. */
  readonly sharedTokens: number;
}

/** What a model answered. */
export interface Reply extends Pick<BranchResult, "tokens" | "stopReason" | "receipt"> {
  /** Without the reasoning, where there is some. */
  readonly text: string;
  /** What a model that reasons wrote between `<think>` and `</think>`, in answer to a conversation. */
  readonly reasoning?: string;
  readonly usage: Usage;
}

/** Some of an answer as it comes. */
export interface ReplyChunk {
  readonly text: string;
  readonly reasoning?: string;
  /** Which this is of; text that could be a part of `</think>` comes with a later chunk. */
  readonly tokens: Int32Array;
}

/** Some of one of several answers. */
export interface ForkChunk extends ReplyChunk {
  /** Index of its way. */
  readonly branch: number;
}

export function replyOf(result: BranchResult, prompt: EncodedPrompt, sharedTokens: number): Reply {
  const { tokens, stopReason, receipt } = result;
  const { reasoning, text } = prompt.isChat
    ? partReasoning(result.text, prompt.opensReasoning)
    : { reasoning: "", text: result.text };
  const usage = { promptTokens: prompt.tokens.length, completionTokens: tokens.length, sharedTokens };
  return { text, ...(reasoning !== "" && { reasoning }), tokens, stopReason, receipt, usage };
}

/** Makes chunks of what the engine streams, with the reasoning apart; `end` gives what was held back to the last. */
export class ReplyChunks {
  readonly #splits: ReasoningSplit[];

  constructor(
    nBranches: number,
    private readonly prompt: EncodedPrompt,
  ) {
    this.#splits = Array.from({ length: nBranches }, () => new ReasoningSplit(prompt.opensReasoning));
  }

  push(chunk: TokenChunk): ForkChunk {
    if (!this.prompt.isChat) return chunk;
    const { reasoning, text } = this.#splits[chunk.branch]!.push(chunk.text);
    return { ...chunk, text, ...(reasoning !== "" && { reasoning }) };
  }

  end(): ForkChunk[] {
    return this.#splits.flatMap((split, branch) => {
      const { reasoning, text } = split.end();
      if (reasoning === "" && text === "") return [];
      return [{ branch, text, ...(reasoning !== "" && { reasoning }), tokens: new Int32Array() }];
    });
  }
}
