import { z } from "zod";
import { checkArguments } from "../../arguments/check";
import { given } from "../../options/given";
import { resolveOptions } from "../../options/resolve";
import type { ChatMessage } from "../../prompt/chat-template";
import { reasoningMarks } from "../../prompt/reasoning";
import { invalidArgument } from "../../errors";
import type { Branch } from "../branch";
import type { Engine, RunOptions } from "../engine";
import { jsonSchemaGrammar } from "../grammar/json-schema";
import { engine as anEngine } from "../engine-kind";
import { pushed } from "../pushed";
import { samplingOptions } from "../sampling";
import { embed, type EmbeddedText, type EmbedOptions, embedSparse, type SparseEmbedding } from "./embed";
import { type EncodedPrompt, PromptEncoder } from "./encode";
import { inOrder } from "./in-order";
import {
  batchArguments,
  type BatchOptions,
  batchOptions,
  chatArguments,
  completeArguments,
  forkArguments,
  type Prompt,
  reasoningOptions,
  replyArguments,
  type ReplyOptions,
  type ReplyWay,
} from "./options";
import { type ForkChunk, type Reply, type ReplyChunk, repliesOf, ReplyChunks } from "./reply";

const generatorArguments = z.object({ engine: anEngine() });

/**
 * Texts and conversations on an engine: what a `Model` does by itself, where the engine has to be made with options, or is
 * used for more.
 */
export class Generator {
  readonly #encoder: PromptEncoder;

  constructor(readonly engine: Engine) {
    checkArguments(generatorArguments, { engine });
    this.#encoder = new PromptEncoder(engine.model);
  }

  /**
   * Goes on from a text, or from tokens.
   *
   * @throws as `Engine.run`
   */
  async complete(prompt: string | Int32Array, options: ReplyOptions = {}): Promise<Reply> {
    checkArguments(completeArguments, { prompt, options });
    return (await this.#run(prompt, [{}], options))[0]!;
  }

  /** The same as it comes, and at the end all of it; leaving the loop ends that answer alone. */
  async *streamComplete(prompt: string | Int32Array, options: ReplyOptions = {}): AsyncGenerator<ReplyChunk, Reply> {
    checkArguments(completeArguments, { prompt, options });
    return (yield* this.#stream(prompt, [{}], options))[0]!;
  }

  /**
   * Answers a conversation, put in the model's own chat template.
   *
   * @throws ERR_CHAT_TEMPLATE when the model has none, or it refuses the messages; as `Engine.run`
   */
  async chat(messages: readonly ChatMessage[], options: ReplyOptions = {}): Promise<Reply> {
    checkArguments(chatArguments, { messages, options });
    return (await this.#run(messages, [{}], options))[0]!;
  }

  /** The same as it comes, and at the end all of it; leaving the loop ends that answer alone. */
  async *streamChat(messages: readonly ChatMessage[], options: ReplyOptions = {}): AsyncGenerator<ReplyChunk, Reply> {
    checkArguments(chatArguments, { messages, options });
    return (yield* this.#stream(messages, [{}], options))[0]!;
  }

  /**
   * Answers a prompt in several ways, forked from one prefill: plain and steered, or by several seeds. They differ in
   * nothing else.
   *
   * @param ways what each has of its own, in place of `options`
   * @throws as `chat`
   */
  async fork(prompt: Prompt, ways: readonly ReplyWay[], options: ReplyOptions = {}): Promise<Reply[]> {
    checkArguments(forkArguments, { prompt, ways, options });
    return await this.#run(prompt, ways, options);
  }

  /** The same as they come, and at the end all of them. */
  async *streamFork(
    prompt: Prompt,
    ways: readonly ReplyWay[],
    options: ReplyOptions = {},
  ): AsyncGenerator<ForkChunk, Reply[]> {
    checkArguments(forkArguments, { prompt, ways, options });
    return yield* this.#stream(prompt, ways, options);
  }

  /**
   * Answers prompts, many at once, in order: texts and tokens are gone on from, conversations answered. What goes wrong with
   * one, such as a prompt longer than the context, is its result, and the others go on; leaving the loop ends them. The next
   * prompts are asked for while earlier ones are in work.
   *
   * @throws what `prompts` throws; the signal's reason after an abort; ERR_DISPOSED
   */
  async *batch(
    prompts: Iterable<Prompt> | AsyncIterable<Prompt>,
    options: BatchOptions = {},
  ): AsyncGenerator<PromiseSettledResult<Reply>> {
    checkArguments(batchArguments, { prompts, options });
    const { inFlight, ...others } = options;
    const answer = async (prompt: Prompt, signal: AbortSignal) => {
      const own = { ...others, signal };
      checkArguments(replyArguments, { prompt, options: own });
      return (await this.#run(prompt, [{}], own))[0]!;
    };
    yield* inOrder(prompts, answer, resolveOptions(batchOptions, { inFlight }).inFlight, options.signal);
  }

  /**
   * What the model makes of each text, as a point: [n_embd] in the residual stream, or with an SAE [d_sae] among its features.
   *
   * @throws ERR_SHAPE_MISMATCH for an SAE of another width; as `Engine.run`, for the first text at fault
   */
  async embed(texts: readonly EmbeddedText[], options: EmbedOptions = {}): Promise<Float32Array[]> {
    return embed(this.engine, texts, options);
  }

  /** The same as the features that a text has, and how much. */
  async embedSparse(
    texts: readonly EmbeddedText[],
    options: EmbedOptions & Required<Pick<EmbedOptions, "sae">>,
  ): Promise<SparseEmbedding[]> {
    return embedSparse(this.engine, texts, options);
  }

  #stream(prompt: Prompt, ways: readonly ReplyWay[], options: ReplyOptions): AsyncGenerator<ForkChunk, Reply[]> {
    return pushed(async (push: (chunk: ForkChunk) => void, signal) => {
      const { encoded, branches } = this.#prepare(prompt, ways, options);
      const chunks = new ReplyChunks(branches);
      const onTokens: RunOptions["onTokens"] = (chunk) => {
        push(chunks.push(chunk));
      };
      const result = await this.engine.run({ prompt: encoded.tokens, branches }, { signal, onTokens });
      for (const chunk of chunks.end()) push(chunk);
      return repliesOf(encoded, branches, result);
    }, options.signal);
  }

  async #run(prompt: Prompt, ways: readonly ReplyWay[], options: ReplyOptions): Promise<Reply[]> {
    const { encoded, branches } = this.#prepare(prompt, ways, options);
    const result = await this.engine.run({ prompt: encoded.tokens, branches }, { signal: options.signal });
    return repliesOf(encoded, branches, result);
  }

  #prepare(prompt: Prompt, ways: readonly ReplyWay[], options: ReplyOptions) {
    const { reasoning } = resolveOptions(reasoningOptions, options);
    const encoded = this.#encoder.encode(prompt, reasoning);
    const branches = ways.map((way) => branchOf({ ...options, ...given(way) }, encoded));
    return { encoded, branches };
  }
}

function branchOf(way: ReplyWay, prompt: EncodedPrompt): Branch {
  const { steering, maxTokens, stop, logProbabilities, promptLogProbabilities, watch } = way;
  const grammar = grammarOf(way);
  return {
    ...given({ steering, maxTokens, stop, grammar, logProbabilities, promptLogProbabilities, watch }),
    ...(mayReason(way, prompt) && { reasoning: reasoningMarks(prompt.opensReasoning) }),
    sampling: resolveOptions(samplingOptions, way),
  };
}

function grammarOf({ grammar, schema }: ReplyWay): string | undefined {
  if (grammar !== undefined && schema !== undefined) {
    throw invalidArgument("schema", "no schema beside a grammar: an answer is held to one of them", schema);
  }
  return schema === undefined ? grammar : jsonSchemaGrammar(schema);
}

/** Whether what is written may begin with reasoning: to a form it is held from its first token on. */
function mayReason({ grammar, schema }: ReplyWay, { isChat }: EncodedPrompt): boolean {
  return isChat && grammar === undefined && schema === undefined;
}
