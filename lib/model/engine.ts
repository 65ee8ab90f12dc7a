import { setMaxListeners } from "node:events";
import { TextDecoder } from "node:util";
import { checkArguments } from "../arguments/check";
import { errorCode, SteeringError } from "../errors";
import type {
  NativeBranchResult,
  NativeEngine,
  NativeEngineOptions,
  NativeEngineStatistics,
  NativeEvent,
  NativeModel,
  NativeRunResult,
  NativeTokenScores,
} from "../native/addon";
import { loadAddon } from "../native/load";
import { defaultThreads } from "../native/threads";
import { resolveOptions } from "../options/resolve";
import { type Branch, resolveBranch } from "./branch";
import { engineArguments } from "./engine-arguments";
import type { LoadedModel } from "./loaded-model";
import { CONTEXT_TOKENS, engineOptions, type EngineOptions } from "./options";
import { defaultProducts } from "./products";
import { type LayerReceipt, layerReceipt } from "./receipt";
import { pushed } from "./pushed";
import { runArguments, runTogetherArguments, streamArguments } from "./run-arguments";

/** One prompt, continued in one way or several. */
export interface RunRequest {
  prompt: Int32Array;
  /** All fork at the last prompt token: one prefill for all of them. */
  branches: readonly Branch[];
}

/** What came of one branch. */
export interface BranchResult extends Omit<NativeBranchResult, "bytes" | "receipt"> {
  /** What was generated; bytes that are no UTF-8 become U+FFFD. */
  text: string;
  receipt: LayerReceipt[];
}

export interface RunResult {
  branches: BranchResult[];
  /** Prompt tokens whose cache was taken from an earlier run. */
  sharedTokens: number;
}

/**
 * How likely the model held tokens, and the k likeliest in place of each: natural logarithms over the whole vocabulary,
 * before anything that sampling does.
 */
export type TokenScores = NativeTokenScores;

/** Some of a branch's tokens as they come. */
export interface TokenChunk {
  branch: number;
  tokens: Int32Array;
  text: string;
  /** Of `tokens`, where asked for. */
  scores: TokenScores | undefined;
  /** [tokens, probes], of those of `watch`. */
  watched: Float32Array;
}

export interface RunOptions {
  signal?: AbortSignal | undefined;
  onTokens?: ((chunk: TokenChunk) => void) | undefined;
}

interface PendingRun {
  decoders: TextDecoder[];
  onTokens: ((chunk: TokenChunk) => void) | undefined;
  resolve: (result: RunResult) => void;
  reject: (error: unknown) => void;
  cancel: () => void;
}

/** Runs prompts on one model: any number at a time, which share batches, prefixes and the cache. */
export class Engine {
  #native: NativeEngine | undefined;
  readonly #pending: Map<number, PendingRun>;
  #disposed: Promise<void> | undefined;

  private constructor(
    readonly model: LoadedModel,
    native: NativeEngine,
    pending: Map<number, PendingRun>,
    private readonly onDispose: () => void,
  ) {
    this.#native = native;
    this.#pending = pending;
  }

  /** @internal `Model.createEngine` is the way in. */
  static async create(
    model: LoadedModel,
    native: NativeModel,
    options: EngineOptions,
    onDispose: () => void,
  ): Promise<Engine> {
    checkArguments(engineArguments, { options });
    // The native side holds on to the pending runs, not to the engine, so that one nobody uses can be collected.
    const pending = new Map<number, PendingRun>();
    const onEvents = (events: NativeEvent[]) => {
      for (const event of events) deliver(event, pending);
    };
    const engine = await loadAddon().createEngine(native, resolveEngineOptions(options, model), onEvents);
    return new Engine(model, engine, pending, onDispose);
  }

  /** Cells of the cache as llama.cpp rounded them. */
  get contextTokens(): number {
    return this.#open().contextTokens;
  }

  statistics(): NativeEngineStatistics {
    return this.#open().statistics();
  }

  /**
   * Runs all branches of a prompt. `onTokens` gets the text as it comes; what it throws rejects the run.
   *
   * @throws SteeringError `ERR_CONTEXT_FULL` for a prompt longer than the context, `ERR_HOOK_POINT`, `ERR_NON_FINITE`,
   * `ERR_SHAPE_MISMATCH`, `ERR_DECODE`, `ERR_DISPOSED`; the signal's reason after an abort
   */
  async run(request: RunRequest, options: RunOptions = {}): Promise<RunResult> {
    checkArguments(runArguments, { request, options });
    options.signal?.throwIfAborted();
    return await this.#submit([request], options)[0]!;
  }

  /**
   * Runs several prompts, queued at one moment: after the same earlier runs the same batches form, so that results are
   * the same to the bit. With `run` it depends on timing which runs meet in a batch, and with that the last bits.
   *
   * @returns a promise for each, which rejects as that of `run`
   * @throws as `run`, before anything is queued; `details.run` is then the index of the request at fault
   */
  runTogether(
    requests: readonly RunRequest[],
    options: { signal?: AbortSignal | undefined } = {},
  ): Promise<RunResult>[] {
    checkArguments(runTogetherArguments, { requests, options });
    options.signal?.throwIfAborted();
    return this.#submit(requests, options);
  }

  #submit(requests: readonly RunRequest[], options: RunOptions): Promise<RunResult>[] {
    const native = this.#open();
    const stream = options.onTokens !== undefined;
    const runs = requests.map(({ prompt, branches }) => ({
      prompt,
      branches: branches.map((branch) => resolveBranch(branch, stream)),
    }));
    return native.submit(runs).map((id, i) => this.#result(id, requests[i]!.branches.length, options));
  }

  async #result(id: number, nBranches: number, { signal, onTokens }: RunOptions): Promise<RunResult> {
    const abort = () => {
      this.#native?.cancel(id);
    };
    if (signal) setMaxListeners(0, signal); // a signal may stand for thousands of runs
    signal?.addEventListener("abort", abort);
    try {
      return await new Promise<RunResult>((resolve, reject) => {
        const decoders = Array.from({ length: nBranches }, () => new TextDecoder());
        this.#pending.set(id, { decoders, onTokens, resolve, reject, cancel: abort });
      });
    } catch (error) {
      if (errorCode(error) === "ERR_CANCELLED") signal?.throwIfAborted();
      throw error;
    } finally {
      this.#pending.delete(id);
      signal?.removeEventListener("abort", abort);
    }
  }

  /** The chunks of one branch's text as they come; leaving the loop ends the run. */
  async *stream(
    prompt: Int32Array,
    branch: Branch,
    options: { signal?: AbortSignal } = {},
  ): AsyncGenerator<TokenChunk, BranchResult> {
    checkArguments(streamArguments, { prompt, branch, options });
    return yield* pushed(async (push: (chunk: TokenChunk) => void, signal) => {
      const { branches } = await this.run({ prompt, branches: [branch] }, { signal, onTokens: push });
      return branches[0]!;
    }, options.signal);
  }

  /** Ends what is running. Idempotent; every later call throws `ERR_DISPOSED`. */
  dispose(): Promise<void> {
    return (this.#disposed ??= this.#dispose());
  }

  async #dispose(): Promise<void> {
    const native = this.#native;
    this.#native = undefined;
    await native?.dispose();
    this.onDispose();
    for (const { reject } of this.#pending.values()) reject(disposed());
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.dispose();
  }

  #open(): NativeEngine {
    if (!this.#native) throw disposed();
    return this.#native;
  }
}

/** Hands an event to the run that it belongs to. What `onTokens` throws ends the run. */
function deliver(event: NativeEvent, pending: Map<number, PendingRun>): void {
  const run = pending.get(event.run);
  if (!run) return;
  try {
    if (event.type === "failed") run.reject(event.error);
    else if (event.type === "tokens") {
      const text = run.decoders[event.branch]?.decode(event.bytes, { stream: true }) ?? "";
      const { branch, tokens, scores, watched } = event;
      run.onTokens?.({ branch, tokens, text, scores, watched });
    } else {
      if (run.onTokens) flush(run.decoders, run.onTokens);
      run.resolve(runResult(event.result));
    }
  } catch (error) {
    pending.delete(event.run); // more of its events may be on their way
    run.cancel();
    run.reject(error);
  }
}

/** The bytes of a character that was never finished: U+FFFD, as in the result's text. */
function flush(decoders: TextDecoder[], onTokens: (chunk: TokenChunk) => void): void {
  decoders.forEach((decoder, branch) => {
    const text = decoder.decode();
    if (text === "") return;
    onTokens({ branch, tokens: new Int32Array(), text, scores: undefined, watched: new Float32Array() });
  });
}

function disposed(): SteeringError {
  return new SteeringError("ERR_DISPOSED", "the engine was disposed of");
}

function runResult(result: NativeRunResult): RunResult {
  const branches = result.branches.map(({ bytes, receipt, ...branch }) => ({
    ...branch,
    receipt: receipt.map(layerReceipt),
    text: new TextDecoder().decode(bytes),
  }));
  return { branches, sharedTokens: result.sharedTokens };
}

function resolveEngineOptions(options: EngineOptions, { info }: LoadedModel): NativeEngineOptions {
  const resolved = resolveOptions(engineOptions, options);
  return {
    contextTokens: Math.min(CONTEXT_TOKENS, info.nCtxTrain),
    microBatchTokens: resolved.batchTokens,
    threads: defaultThreads(),
    products: defaultProducts(info),
    ...resolved,
  };
}
