import { partReasoning, type ReasoningParts, ReasoningSplit } from "../../prompt/reasoning";
import { given } from "../../options/given";
import type { Branch } from "../branch";
import type { BranchResult, RunResult, TokenChunk, TokenScores } from "../engine";
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
  /** Of `tokens`, where `logProbabilities` are asked for. */
  readonly scores?: TokenScores;
  /** [tokens.length, probes], where something is watched: its values at the row that chose each token. */
  readonly watched?: Float32Array;
  /** Of the prompt's tokens after the first, where `promptLogProbabilities` are asked for. */
  readonly promptScores?: TokenScores;
  /** What it goes on from, [usage.promptTokens]. */
  readonly prompt: Int32Array;
  readonly usage: Usage;
}

/** Some of an answer as it comes. */
export interface ReplyChunk {
  readonly text: string;
  readonly reasoning?: string;
  /** Which this is of; text that could be a part of `</think>` comes with a later chunk. */
  readonly tokens: Int32Array;
  /** Of `tokens`, where `logProbabilities` are asked for. */
  readonly scores?: TokenScores;
  /** [tokens.length, probes], where something is watched. */
  readonly watched?: Float32Array;
}

/** Some of one of several answers. */
export interface ForkChunk extends ReplyChunk {
  /** Index of its way. */
  readonly branch: number;
}

export function repliesOf(prompt: EncodedPrompt, branches: readonly Branch[], result: RunResult): Reply[] {
  const { sharedTokens } = result;
  const promptTokens = prompt.tokens.length;
  return result.branches.map((branch, i) => {
    const { text, tokens, stopReason, receipt, scores, promptScores, watched } = branch;
    const marks = branches[i]!.reasoning;
    return {
      ...shown(marks ? partReasoning(text, marks.isOpen === true) : { reasoning: "", text }),
      tokens,
      stopReason,
      receipt,
      ...given({ scores, promptScores }),
      ...seen(watched),
      prompt: prompt.tokens,
      usage: { promptTokens, completionTokens: tokens.length, sharedTokens },
    };
  });
}

/** Makes chunks of what the engine streams, with the reasoning apart; `end` gives what was held back to the last. */
export class ReplyChunks {
  /** Of branches that may reason. */
  readonly #splits: (ReasoningSplit | undefined)[];

  constructor(branches: readonly Branch[]) {
    this.#splits = branches.map(({ reasoning }) => reasoning && new ReasoningSplit(reasoning.isOpen === true));
  }

  push({ branch, text, tokens, scores, watched }: TokenChunk): ForkChunk {
    const parts = this.#splits[branch]?.push(text) ?? { reasoning: "", text };
    return { branch, ...shown(parts), tokens, ...given({ scores }), ...seen(watched) };
  }

  end(): ForkChunk[] {
    return this.#splits.flatMap((split, branch) => {
      const { reasoning = "", text = "" } = split?.end() ?? {};
      return reasoning === "" && text === ""
        ? []
        : [{ branch, ...shown({ reasoning, text }), tokens: new Int32Array() }];
    });
  }
}

/** Most models don't reason. */
function shown({ reasoning, text }: ReasoningParts): Pick<Reply, "text" | "reasoning"> {
  return reasoning === "" ? { text } : { text, reasoning };
}

function seen(watched: Float32Array): Pick<Reply, "watched"> {
  return watched.length === 0 ? {} : { watched };
}
