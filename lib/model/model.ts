import { TextDecoder } from "node:util";
import { z } from "zod";
import { checkArguments } from "../arguments/check";
import { int32Array, optionsOf, path, text } from "../arguments/kinds";
import { SteeringError } from "../errors";
import { fetchModel } from "../hub/fetch-model";
import type { NativeModel } from "../native/addon";
import { resolveDevice } from "../native/devices";
import { once } from "../once";
import { loadAddon } from "../native/load";
import { yesOrNo } from "../options/kinds";
import { resolveOptions } from "../options/resolve";
import type { ChatMessage } from "../prompt/chat-template";
import { type Adapter, adapterOf } from "./adapters";
import { Engine } from "./engine";
import type { EmbeddedText, EmbedOptions, SparseEmbedding } from "./generate/embed";
import { Generator } from "./generate/generator";
import type { BatchOptions, Prompt, ReplyOptions, ReplyWay } from "./generate/options";
import type { ForkChunk, Reply, ReplyChunk } from "./generate/reply";
import type { LoadedModel, ModelInfo, TokenizeOptions } from "./loaded-model";
import { loadOptions, type EngineOptions, type ModelOptions } from "./options";
import { tryDevices } from "./verify/devices";
import { verifyModel } from "./verify/verify";

const loadArguments = z.object({ path: path(), options: optionsOf(loadOptions.partial().shape) });
const tokenizeArguments = z.object({
  text: text(),
  options: optionsOf({ addSpecial: yesOrNo().optional(), parseSpecial: yesOrNo().optional() }),
});
const detokenizeArguments = z.object({
  tokens: int32Array(),
  options: optionsOf({ special: yesOrNo().optional() }),
});

/**
 * A loaded GGUF model. It answers by an engine of its own, made when it is first asked; engines with other options share
 * its weights.
 */
export class Model implements LoadedModel {
  #native: NativeModel | undefined;
  readonly #engines = new Set<Engine>();
  readonly #generate = once(async () => new Generator(await this.createEngine()));
  #disposed: Promise<void> | undefined;

  private constructor(
    native: NativeModel,
    readonly info: ModelInfo,
    /** LoRA adapters that are added to its weights. */
    readonly adapters: readonly Adapter[],
  ) {
    this.#native = native;
  }

  /**
   * Reads a GGUF file, which is downloaded first if it is named as `fetchModel` takes it.
   *
   * @throws SteeringError `ERR_MODEL_LOAD` for a file that is no GGUF, is truncated, or whose architecture is not
   * supported, or an adapter that is none of this model; with `verify` also for one over which llama.cpp ends its process
   * @throws RangeError `ERR_OUT_OF_RANGE` for a device that is not there, or `gpuLayers` where that is the CPU
   */
  static async load(source: string, options: ModelOptions = {}): Promise<Model> {
    checkArguments(loadArguments, { path: source, options });
    const { device: named, gpuLayers, verify, onProgress, signal, ...given } = resolveOptions(loadOptions, options);
    const adapters = (given.adapters ?? []).map(adapterOf);
    signal?.throwIfAborted();
    if (verify !== "never") await tryDevices({ signal });
    const device = resolveDevice(named);
    const { path } = await fetchModel(source, { signal });
    await verifyModel(path, { device, gpuLayers, verify, signal });
    const addon = loadAddon();
    const cancel = addon.createCancel();
    const abort = () => {
      cancel.request();
    };
    let thrown: { error: unknown } | undefined;
    let reported = -1;
    const report = (fraction: number) => {
      if (thrown || fraction <= reported) return;
      reported = fraction;
      try {
        onProgress?.(fraction);
      } catch (error) {
        thrown = { error };
        cancel.request();
      }
    };
    signal?.addEventListener("abort", abort);
    try {
      const native = await addon.loadModel({ path, device, gpuLayers, adapters }, onProgress && report, cancel);
      report(1); // the loading thread's own reports may come later than its result: those that do are dropped
      if (!thrown && !signal?.aborted) return new Model(native, native.info, adapters);
      await native.dispose();
      throw thrown ? thrown.error : signal?.reason;
    } catch (error) {
      if (thrown) throw thrown.error;
      signal?.throwIfAborted();
      throw error;
    } finally {
      signal?.removeEventListener("abort", abort);
    }
  }

  tokenize(text: string, options: TokenizeOptions = {}): Int32Array {
    checkArguments(tokenizeArguments, { text, options });
    const { addSpecial = true, parseSpecial = false } = options;
    return this.native.tokenize(text, addSpecial, parseSpecial);
  }

  detokenize(tokens: Int32Array, options: { special?: boolean } = {}): string {
    checkArguments(detokenizeArguments, { tokens, options });
    const { special = false } = options;
    return new TextDecoder().decode(this.native.detokenize(tokens, special));
  }

  /** Key-value metadata of the file, values as text. */
  metadata(): Record<string, string> {
    return this.native.metadata();
  }

  /** As `Generator.complete`, on the model's own engine. */
  async complete(prompt: string | Int32Array, options?: ReplyOptions): Promise<Reply> {
    return (await this.#generate()).complete(prompt, options);
  }

  /** As `Generator.streamComplete`, on the model's own engine. */
  async *streamComplete(prompt: string | Int32Array, options?: ReplyOptions): AsyncGenerator<ReplyChunk, Reply> {
    return yield* (await this.#generate()).streamComplete(prompt, options);
  }

  /** As `Generator.chat`, on the model's own engine. */
  async chat(messages: readonly ChatMessage[], options?: ReplyOptions): Promise<Reply> {
    return (await this.#generate()).chat(messages, options);
  }

  /** As `Generator.streamChat`, on the model's own engine. */
  async *streamChat(messages: readonly ChatMessage[], options?: ReplyOptions): AsyncGenerator<ReplyChunk, Reply> {
    return yield* (await this.#generate()).streamChat(messages, options);
  }

  /** As `Generator.fork`, on the model's own engine. */
  async fork(prompt: Prompt, ways: readonly ReplyWay[], options?: ReplyOptions): Promise<Reply[]> {
    return (await this.#generate()).fork(prompt, ways, options);
  }

  /** As `Generator.streamFork`, on the model's own engine. */
  async *streamFork(
    prompt: Prompt,
    ways: readonly ReplyWay[],
    options?: ReplyOptions,
  ): AsyncGenerator<ForkChunk, Reply[]> {
    return yield* (await this.#generate()).streamFork(prompt, ways, options);
  }

  /** As `Generator.batch`, on the model's own engine. */
  async *batch(
    prompts: Iterable<Prompt> | AsyncIterable<Prompt>,
    options?: BatchOptions,
  ): AsyncGenerator<PromiseSettledResult<Reply>> {
    yield* (await this.#generate()).batch(prompts, options);
  }

  /** As `Generator.embed`, on the model's own engine. */
  async embed(texts: readonly EmbeddedText[], options?: EmbedOptions): Promise<Float32Array[]> {
    return (await this.#generate()).embed(texts, options);
  }

  /** As `Generator.embedSparse`, on the model's own engine. */
  async embedSparse(
    texts: readonly EmbeddedText[],
    options: EmbedOptions & Required<Pick<EmbedOptions, "sae">>,
  ): Promise<SparseEmbedding[]> {
    return (await this.#generate()).embedSparse(texts, options);
  }

  /**
   * An engine of its own: a key-value cache, and a thread that runs what it is given.
   *
   * @throws RangeError `ERR_OUT_OF_RANGE`
   * @throws SteeringError `ERR_HOOK_POINT` for an architecture whose residual stream llama.cpp does not name
   */
  async createEngine(options: EngineOptions = {}): Promise<Engine> {
    const engine = await Engine.create(this, this.native, options, () => this.#engines.delete(engine));
    this.#engines.add(engine);
    if (this.#disposed) {
      await engine.dispose();
      throw disposed();
    }
    return engine;
  }

  /** @internal */
  get native(): NativeModel {
    if (!this.#native) throw disposed();
    return this.#native;
  }

  /** Disposes of the engines first. Idempotent; every later call throws `ERR_DISPOSED`. */
  dispose(): Promise<void> {
    return (this.#disposed ??= this.#dispose());
  }

  async #dispose(): Promise<void> {
    const native = this.#native;
    this.#native = undefined;
    await Promise.all([...this.#engines].map((engine) => engine.dispose()));
    await native?.dispose();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.dispose();
  }
}

function disposed(): SteeringError {
  return new SteeringError("ERR_DISPOSED", "the model was disposed of");
}
