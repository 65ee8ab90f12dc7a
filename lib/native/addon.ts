/**
 * The typed contract of the native addon: all that it exports, and nothing that it does not. Plain objects and typed
 * arrays cross. Read this first.
 *
 * Layers are block indices from 0. `resid_post(l)` is layer `l` here; layer `-1` is the input of block 0, that is
 * `resid_pre(0)`, so that `resid_pre(l)` is always layer `l - 1`.
 *
 * Every rejected promise and thrown error carries `code` (lib/errors.ts) and `details`.
 */

import type { TensorPlace } from "./tensor-place";

/** Opaque handles: made here, passed back, never looked into. */
export interface NativeSteering {
  /** Equal operations have equal fingerprints. */
  readonly fingerprint: string;
  /** Those that are steered, ascending. */
  readonly layers: number[];
}

export interface NativeDevice {
  name: string;
  description: string;
  /** Of ggml: "CPU", "CUDA", "Vulkan", "MTL". */
  backend: string;
  type: "cpu" | "gpu" | "igpu" | "accelerator";
  memoryFreeBytes: number;
  memoryTotalBytes: number;
}

export type LogLevel = "inherit" | "silent" | "error" | "warn" | "info" | "debug";

// ---- model ----------------------------------------------------------------------------------------------------------

export interface NativeModelOptions {
  path: string;
  /** Name of a device of `devices()`, or "cpu". */
  device: string;
  /** Layers on the device, the last ones; the unembedding is one of them. All where not given. */
  gpuLayers?: number | undefined;
  /** LoRA adapters, and how much of each is added to the weights. */
  adapters: { path: string; scale: number }[];
}

export interface NativeModelInfo {
  path: string;
  /** `general.architecture` and `general.name` of the file. */
  architecture: string;
  name: string;
  /** For example "llama 135M Q4_1". */
  description: string;
  device: string;
  /** The first blocks, as many as lie in the host's memory; the others lie on `device`. */
  hostLayers: number;
  nLayer: number;
  nEmbd: number;
  nVocab: number;
  nCtxTrain: number;
  nParams: number;
  sizeBytes: number;
  chatTemplate: string | undefined;
  bosToken: number | undefined;
  eosToken: number | undefined;
  /** Whether tokenizing with `addSpecial` puts the beginning-of-sequence token in front. */
  addsBos: boolean;
  /** All tokens that end a generation (end of sequence, end of turn, ...). */
  endTokens: number[];
}

export interface NativeModel {
  readonly info: NativeModelInfo;
  tokenize(text: string, addSpecial: boolean, parseSpecial: boolean): Int32Array;
  /** The bytes of the tokens, one after the other: text is a whole number of UTF-8 characters only at the end. */
  detokenize(tokens: Int32Array, special: boolean): Uint8Array;
  metadata(): Record<string, string>;
  dispose(): Promise<void>;
}

// ---- engine ---------------------------------------------------------------------------------------------------------

export interface NativeEngineOptions {
  /** Cells of the key-value cache, shared by all sequences. */
  contextTokens: number;
  /** Most tokens of one decode, and of one pass through the graph. */
  batchTokens: number;
  microBatchTokens: number;
  /** Most sequences resident at once, prefixes included: 2 to 256. */
  maxSequences: number;
  threads: number;
  kvType: "f16" | "f32" | "bf16" | "q8_0";
  /** cpp/core/products/route.h, policy */
  products: "fastest" | "float32" | "llama.cpp";
}

export interface NativeSampling {
  /** 0 is greedy; `topK`, `topP`, `minP` and `seed` then do nothing. */
  temperature: number;
  /** 0, 1 and 0 switch the three off. */
  topK: number;
  topP: number;
  minP: number;
  /** 1, 0 and 0 switch the three off. */
  repeatPenalty: number;
  frequencyPenalty: number;
  presencePenalty: number;
  /** How many of the last tokens of prompt and answer they look at. */
  penaltyTokens: number;
  /** [n] each: what is added to the logits of these tokens. */
  logitBias: { tokens: Int32Array; values: Float64Array };
  seed: number;
}

export interface NativeCapture {
  /** Where the rows go. */
  spool: NativeSpool | NativeRowBuffer;
  /** Which sample of the spool the rows belong to, in [0, 2^31). Slots of one spool must be distinct. */
  slot: number;
  /**
   * "generated": the row of each position that chose a generated token, the end token's included: the last prompt token
   * first. "prompt": the row of every prompt position. "all": both, but for a beginning-of-sequence token in front, whose
   * row is the same in every run and far longer than others.
   */
  positions: "generated" | "prompt" | "all";
}

/** A number that is read off the residual rows of a layer: p = weights . x' + bias, x' the normalised row. */
export interface NativeProbe {
  layer: number;
  /** [n_embd] */
  weights: Float32Array;
  bias: number;
  /** A feature's activation: p where p > threshold and p > 0, else 0. None: p itself. */
  threshold: number | undefined;
  normalization: "none" | "center" | "layer_norm" | "constant_norm_rescale";
}

/** One thing that is done to the rows of a layer. */
export interface NativeOperation {
  layer: number;
  /** [n_embd], times `scale`: added once, or with a `target` as often as brings what is read to it, per unit. */
  vector: Float32Array;
  scale: number;
  /** From below: rows that are less than `value` alone; from above those that are more. The probe is of `layer`. */
  target: { of: NativeProbe; value: number; from: "either" | "below" | "above" } | undefined;
  /**
   * Generated positions, half-open: 0 is the row that chooses the first generated token, the prompt's last; those before
   * it are negative. None: from the prompt on; to the end.
   */
  from: number | undefined;
  to: number | undefined;
  /** Of the text, as the branch's `reasoning` tells them apart; none: both. */
  phase: "reasoning" | "answer" | undefined;
  /**
   * Rows are replaced by the vector, or as an SAE gives them back (the vector then means nothing), `scale` of the way: 1 is
   * all. Nothing else is done at the layer.
   */
  replace?: "vector" | NativeReconstruction;
  /** Only rows of which this is more; read before the row is steered, at this layer or an earlier one. */
  when: { of: NativeProbe; above: number } | undefined;
}

/** Marks in the text of a model that reasons: what follows `end` is the answer, what follows `begin` reasoning again. */
export interface NativeReasoning {
  begin: string;
  end: string;
  /** Whether the prompt ends within reasoning. */
  isOpen: boolean;
}

export interface NativeBranch {
  steering: NativeSteering | undefined;
  sampling: NativeSampling;
  maxTokens: number;
  /** Generation stops before the first of these that the text contains. */
  stop: string[];
  /** GBNF, whose start is the rule `root`, that the text is held to; "" is none. cpp/core/grammar/gbnf.h */
  grammar: string;
  /** When not empty the first generated token is one of these. */
  allowedFirstTokens: Int32Array;
  /** Tokens whose log-probability as first generated token is wanted (over the whole vocabulary, before sampling). */
  choiceTokens: Int32Array;
  /**
   * When not empty these are generated whatever the model would choose, all of them: `sampling`, `maxTokens`, `stop`,
   * `grammar` and `allowedFirstTokens` then mean nothing.
   */
  forcedTokens: Int32Array;
  capture: NativeCapture | undefined;
  /** Whether the logits of the rows are wanted: those of `positions` of the capture, or of the generated ones. */
  logits: "none" | "generated" | "prompt";
  /** Log-probabilities of the generated tokens, forced ones too, with so many of the likeliest beside each. */
  logProbabilities: number | undefined;
  /** The same of the prompt's tokens after the first. What is asked of the prompt only a run of one branch can have. */
  promptLogProbabilities: number | undefined;
  /** Whether `tokens` events are wanted while it runs. */
  stream: boolean;
  /** None: all is the answer. */
  reasoning: NativeReasoning | undefined;
  /** What to read at the row that chooses each token, once it was steered. */
  watch: NativeProbe[];
}

export interface NativeRun {
  /** One prefill; all branches fork at its last token. */
  prompt: Int32Array;
  branches: NativeBranch[];
}

export interface NativeLayerReceipt {
  layer: number;
  /** Rows that were steered. */
  rows: number;
  /** Rows that a condition, or a target that was reached, left alone. */
  leftAlone: number;
  /** Norm of what was added: mean and maximum over the rows. */
  meanAddedNorm: number;
  maxAddedNorm: number;
  /** Mean norm of the residual rows before. */
  meanResidualNorm: number;
}

/**
 * How likely the model held tokens, and the k likeliest in place of each: natural logarithms over the whole vocabulary,
 * before anything that sampling does.
 */
export interface NativeTokenScores {
  /** [n] */
  logProbabilities: Float64Array;
  /** [n, k]: the likeliest first, the lower id on a tie. */
  topTokens: Int32Array;
  /** [n, k] */
  topLogProbabilities: Float64Array;
}

export interface NativeBranchResult {
  /** Generated tokens without the end token, and without those of a stop string. */
  tokens: Int32Array;
  bytes: Uint8Array;
  stopReason: "end" | "length" | "stop";
  /** Per choice token, natural logarithm. */
  choiceLogProbabilities: Float64Array;
  /** Per forced token, natural logarithm, over the whole vocabulary. */
  forcedLogProbabilities: Float64Array;
  /** [rows, n_vocab], empty unless asked for. */
  logits: Float32Array;
  /** Of `tokens`, where asked for. */
  scores: NativeTokenScores | undefined;
  /** Of the prompt's tokens after the first, where asked for. */
  promptScores: NativeTokenScores | undefined;
  receipt: NativeLayerReceipt[];
  /** [tokens, probes] */
  watched: Float32Array;
}

export interface NativeRunResult {
  branches: NativeBranchResult[];
  /** Prompt tokens whose cache was taken from an earlier run. */
  sharedTokens: number;
}

export type NativeEvent =
  | {
      type: "tokens";
      run: number;
      branch: number;
      tokens: Int32Array;
      bytes: Uint8Array;
      /** Of `tokens`, where asked for. */
      scores: NativeTokenScores | undefined;
      /** [tokens, probes] */
      watched: Float32Array;
    }
  | { type: "finished"; run: number; result: NativeRunResult }
  | { type: "failed"; run: number; error: Error };

export interface NativeEngineStatistics {
  decodes: number;
  decodedTokens: number;
  /** Prompt tokens that were shared rather than decoded. */
  sharedTokens: number;
  decodeSeconds: number;
  /** Residual rows steered in memory that is not the host's: of each, two norms alone come back. */
  deviceRowsSteered: number;
  /**
   * Residual rows that crossed from such memory (for a capture, a probe, a condition, a target), and to it: steered on the
   * host, or made infinite by steering.
   */
  deviceRowsRead: number;
  deviceRowsWritten: number;
}

export interface NativeEngine {
  /** Cells of the cache as llama.cpp rounded them. */
  readonly contextTokens: number;
  /**
   * Queues runs and returns their numbers at once; exactly one `finished` or `failed` event follows for each. Runs queued
   * together form the same batches every time. An error's `details.run` is the index of its run; none is queued then.
   */
  submit(runs: NativeRun[]): number[];
  /** Ends a run within a token: its `failed` event has code "ERR_CANCELLED". Unknown and finished runs are ignored. */
  cancel(run: number): void;
  statistics(): NativeEngineStatistics;
  dispose(): Promise<void>;
}

// ---- SAE ------------------------------------------------------------------------------------------------------------

/** Checked against the file: whatever it says, nothing is read outside of it. Row-major. */
export type NativePlace = Omit<TensorPlace, "transposed">;

/** A tensor of two dimensions: [dSae, dModel] where the values of each feature lie together, else [dModel, dSae]. */
export interface NativeMatrixPlace extends NativePlace {
  readonly byFeature: boolean;
}

/** One SAE, in the terms of its encoder alone: how a publisher's format maps to this is lib/sae/formats. */
export interface NativeSaePlan {
  /** What errors name. */
  path: string;
  dModel: number;
  dSae: number;
  tensors: {
    encoder: NativeMatrixPlace;
    decoder: NativeMatrixPlace;
    /** [dSae]; but for "gated" the three of a gate instead. */
    encoderBias?: NativePlace;
    /** [dModel]; none is zeros. */
    decoderBias?: NativePlace;
    /** [dSae]. For "jumprelu" one of these, the second as natural logarithm, or the `threshold` of all features. */
    threshold?: NativePlace;
    logThreshold?: NativePlace;
    /** Gated SAEs: b_gate, r_mag, b_mag. */
    gateBias?: NativePlace;
    magnitudeScale?: NativePlace;
    magnitudeBias?: NativePlace;
  };
  activation: "relu" | "jumprelu" | "topk" | "gated";
  /** For "topk". */
  k?: number;
  threshold?: number;
  /** "jumprelu" only: what is compared with the threshold is the pre-activation times the norm of the decoder's row. */
  thresholdByDecoderNorm?: boolean;
  /** "topk" and "jumprelu" only: the activation itself, and so its rank, is that product; directions have norm 1 then. */
  rescaleByDecoderNorm?: boolean;
  subtractDecoderBias: boolean;
  /** Per-row normalisation of the input, before the bias is subtracted; "center" subtracts the row's own mean. */
  inputNormalization: "none" | "center" | "layer_norm" | "constant_norm_rescale";
  /** Constant input scale to fold into the weights (expected_average_only_in); 1 for none. */
  inputScale: number;
  /** By which the decoder's rows are divided, to be in the units of the residual stream. */
  outputScale: number;
  /** How the encoder is kept: "f32" is exact. */
  weightType: "f32" | "f16" | "bf16" | "q8_0";
  device: string;
  threads: number;
}

export interface SparseRows {
  /** Row i of n has entries offsets[i] to offsets[i + 1]. */
  offsets: Uint32Array;
  /** Feature indices, ascending within a row. */
  indices: Uint32Array;
  /** Per requested pooling, aligned with `indices`; all positive when they are an SAE's activations. */
  values: Float32Array[];
}

/** An SAE but for its matrices, every scale folded in: f = p where p > threshold and p > 0, p = E (x' - center) + bias. */
export interface NativeFoldedSae {
  /** [d_sae] */
  bias: Float32Array;
  /** [d_sae]; empty for top-k. */
  threshold: Float32Array;
  /** [d_model]; empty for none. */
  center: Float32Array;
}

export interface NativeSae {
  readonly dModel: number;
  readonly dSae: number;
  readonly sizeBytes: number;
  /** rows [n, d_model] -> activations [n, d_sae]. */
  encode(rows: Float32Array, cancel?: NativeCancel): Promise<Float32Array>;
  /** Decoder directions in raw residual units, [features.length, d_model]. */
  decoderRows(features: Uint32Array): Promise<Float32Array>;
  /** Encoders of `count` features from `begin` on, scales folded in, in float32 whatever they are kept as. */
  encoderRows(begin: number, count: number): Promise<Float32Array>;
  dispose(): Promise<void>;
}

/** How well an SAE gives some rows x back, as x': sums over the rows. */
export interface NativeReconstructionSums {
  rows: number;
  /** Features that fired. */
  active: number;
  /** |x - x'|^2 */
  residualSquares: number;
  /** Of x and x'. */
  cosine: number;
  /** |x'| / |x| */
  normRatio: number;
  /** 1 - |x - x'|^2 / |x - mean|^2, with the mean of these rows. */
  explained: number;
  /** [d_model], the mean of x, and |x - mean|^2. */
  means: Float64Array;
  squares: number;
  /** [d_sae], at how many rows each feature fired. */
  fired: Uint32Array;
}

/** Rows as an SAE gives them back: what `replace` of an operation takes. It keeps the SAE. */
export interface NativeReconstruction {
  /** Of rows [n, d_model]. */
  measure(rows: Float32Array, cancel?: NativeCancel): Promise<NativeReconstructionSums>;
  dispose(): Promise<void>;
}

// ---- residual rows waiting for the encoder --------------------------------------------------------------------------

export interface NativeSpoolOptions {
  layers: Int32Array;
  nEmbd: number;
  /** Beyond this the rows go to a temporary file in `directory`, which disappears with the spool. */
  memoryBytes: number;
  directory: string;
}

/** Of a feature's activations over the positions of one answer. */
export type Pooling = "max" | "mean";

/** The residual rows of some slots, pooled: no rows pool to zeros. */
export interface NativePooledResidual {
  /** [slots, n_embd] */
  means: Float64Array;
  /** [slots], sum of the norms of the rows of each. */
  normSums: Float64Array;
  /** [slots], how many rows that are. */
  rows: Uint32Array;
}

export interface NativeSpool {
  /** Rows of one layer and slot, [rows, n_embd], in order of position. */
  rows(layer: number, slot: number): Promise<Float32Array>;
  /**
   * Encodes one layer's rows and pools them per slot: row i of the result is slot `slots[i]`, pooled over its first
   * `ends[i]` rows (fewer if it has fewer); no rows pool to zeros. Without an SAE the coordinates of the rows themselves
   * are pooled: each row of the result then has all n_embd of them, of either sign.
   */
  encode(
    layer: number,
    sae: NativeSae | undefined,
    slots: Int32Array,
    ends: Int32Array,
    poolings: Pooling[],
    cancel?: NativeCancel,
  ): Promise<SparseRows>;
  /** The mean of each slot's first `ends[i]` rows, in double. */
  pool(layer: number, slots: Int32Array, ends: Int32Array): Promise<NativePooledResidual>;
  dispose(): Promise<void>;
}

// ---- examples of every feature -------------------------------------------------------------------------------------

/** What is kept of each feature of an SAE from one pass over a text. */
export interface NativeExampleOptions {
  dSae: number;
  /** Sequences in which the feature is strongest, 1 to 4096. */
  top: number;
  /** Rows on which it is active, drawn from all of them, 1 to 4096. */
  sample: number;
  /** Positions of a context before and after its own. */
  before: number;
  after: number;
  /** Counters of the sketch of its activations. */
  sketch: number;
  /** Whole, 0 to 2^53. */
  seed: number;
}

/** Rows that the model read at once. */
export interface NativeTextSequence {
  /** Of the spool. */
  slot: number;
  /** In all of the text, of the first row that counts. */
  position: number;
  /** The probe, 0 to 63, that is from now on the window of this sequence that begins at its row `start`. */
  probe?: number;
  start?: number;
}

/** Lists of one length, whatever they hold. */
export interface NativeExamples {
  /** [features, length] */
  positions: Uint32Array;
  activations: Float32Array;
  /** The largest activation of the context. */
  largest: Float32Array;
  /** [features, length, before + 1 + after]: activations in 255ths of the largest, at least 1 where there is one. */
  contexts: Uint8Array;
}

export interface NativeKept {
  /** [features]: rows on which each is active, and the sum of its activations. */
  active: Uint32Array;
  sums: Float64Array;
  /** [features, 2]: probes 0 to 31 and 32 to 63 in which it is active, a bit each. */
  probes: Uint32Array;
  /** [features]: how long the list in `top` is: strongest first, the earlier one on a tie. */
  nTop: Uint32Array;
  top: NativeExamples;
  /** In no order, the first min(active, sample). */
  sample: NativeExamples;
}

/** Of each feature others [features, k], nearest first; k is at most the number of features less 1. */
export interface NativeNearest {
  features: Uint32Array;
  products: Float32Array;
}

/** Memory is all taken when it is made. */
export interface NativeFeatureExamples {
  /** Bytes that each feature takes. */
  readonly featureBytes: number;
  readonly rows: number;
  /** Encodes the rows of a layer but the first `skip` of each sequence. After it rejected the examples are of no use. */
  add(
    spool: NativeSpool,
    layer: number,
    sae: NativeSae,
    sequences: NativeTextSequence[],
    skip: number,
    cancel?: NativeCancel,
  ): Promise<void>;
  take(begin: number, count: number): Promise<NativeKept>;
  /**
   * By Pearson's correlation of activations over all rows, as sketches estimate it: with an error of about
   * 1 / sqrt(sketch) each. Features active on fewer than `least` rows have 0 with all.
   */
  coactive(k: number, least: number, threads: number, cancel?: NativeCancel): Promise<NativeNearest>;
  dispose(): Promise<void>;
}

// ---- training -------------------------------------------------------------------------------------------------------

export interface NativeRowBufferOptions {
  layers: Int32Array;
  nEmbd: number;
  /** Rows of each layer; all of that memory is there from the beginning on. */
  capacity: number;
}

/**
 * Residual rows of some texts, to be trained on in any order: a slot is a text, captured with positions "prompt". The row
 * of its first position is left out, and what is beyond the capacity.
 */
export interface NativeRowBuffer {
  /** Forgets all rows; text i will have lengths[i] positions. Returns how many rows that makes. */
  begin(lengths: Uint32Array): number;
  /** The rows [n, n_embd] of one layer from elsewhere, after a `begin` of one text of n + 1 positions. */
  fill(layer: number, rows: Float32Array): void;
  dispose(): Promise<void>;
}

/** cpp/core/training/training-options.h says what each is. */
export interface NativeTrainerOptions {
  layers: Int32Array;
  dModel: number;
  dSae: number;
  k: number;
  activation: "batchtopk" | "topk";
  /** Ascending: so many of the first features reconstruct rows by themselves as well. */
  nested: Int32Array;
  batchRows: number;
  steps: number;
  warmUpSteps: number;
  decaySteps: number;
  learningRate: number;
  firstDecay: number;
  secondDecay: number;
  epsilon: number;
  mostGradient: number;
  auxiliaryCoefficient: number;
  deadSteps: number;
  thresholdRate: number;
  seed: number;
  device: string;
  threads: number;
}

/** By layer; losses in the units of rows whose mean norm is sqrt(d_model). */
export interface NativeStepReports {
  /** Mean over rows of the squared norm of what reconstruction leaves. */
  loss: Float64Array;
  /** What was added to it for dead features. */
  auxiliaryLoss: Float64Array;
  /** Mean over rows of the squared distance from the batch's mean. */
  variance: Float64Array;
  /** Mean over rows of active features. */
  active: Float64Array;
  /** Of the smallest activation that counts, as learned so far. */
  threshold: Float64Array;
  /** Features. */
  dead: Float64Array;
}

export interface NativeTrainerState {
  inputScale: number;
  smallestMean: number;
  step: number;
  /** By name; rows of matrices are padded to a multiple of 16. */
  parts: Record<string, Float32Array>;
}

/** In units of the residual stream: f = p where p > threshold, p = x encoder + encoderBias. */
export interface NativeTrainedSae {
  /** [d_model, d_sae] */
  encoder: Float32Array;
  encoderBias: Float32Array;
  /** [d_sae, d_model], rows of norm 1. */
  decoder: Float32Array;
  decoderBias: Float32Array;
  threshold: number;
}

export interface NativeTrainer {
  /**
   * Trains every layer on one batch of the buffer's rows, of those in the order that belongs to the number of the chunk.
   * Rejects with `ERR_NON_FINITE`.
   */
  train(buffer: NativeRowBuffer, chunk: number, batch: number): Promise<NativeStepReports>;
  /** Not while it trains. */
  state(layer: number): Promise<NativeTrainerState>;
  /** Rejects with `ERR_SHAPE_MISMATCH`. */
  restore(layer: number, state: NativeTrainerState): Promise<void>;
  trained(layer: number): Promise<NativeTrainedSae>;
  dispose(): Promise<void>;
}

// ---- statistics over pooled activations -----------------------------------------------------------------------------

/** One layer's sparse pooled activations by feature: column c has entries offsets[c] to offsets[c + 1]. */
export interface NativeColumns {
  nSamples: number;
  /** [nColumns + 1]. */
  offsets: Uint32Array;
  /** Per entry, its sample: ascending within a column, below `nSamples`. */
  samples: Uint32Array;
  /** Per entry, its activation: finite. */
  values: Float32Array;
}

export interface NativeNullPlan {
  /** [nSamples]; finite. */
  scores: Float64Array;
  /** [nSamples]: r is of what varies within these groups, and scores change places there; empty for one group of all. */
  strata: Uint32Array;
  /**
   * [nSamples]: whole clusters change places with those that have as many samples in each stratum, and samples within a
   * cluster and stratum; empty: each sample is one.
   */
  clusters: Uint32Array;
  /**
   * Orthonormal rows [k, nSamples], of mean 0 in each stratum, to project out of scores and activations too; then it is
   * the scores' residuals that are permuted (Freedman and Lane 1983). None, and one stratum: Pearson's r.
   */
  basis: Float64Array;
  /** The number of the first one, from 0: a seed has one sequence of permutations. */
  firstPermutation: number;
  nPermutations: number;
  /** Which r count; with "both" it is |r|. */
  sign: "positive" | "negative" | "both";
  /** Whether `exceed` is wanted: it takes longer. */
  countExceeding: boolean;
  /** Whole, 0 to 2^53. Permutation b of a seed is the same for every layer, number of permutations and of threads. */
  seed: number;
  threads: number;
}

export interface NativeNull {
  /** [nColumns]: observed (partial) r; 0 where the activation has no variance left. */
  r: Float64Array;
  /** [nPermutations]: the largest r (-r, |r|) of the columns under each permutation; 0 where there are no columns. */
  strongest: Float64Array;
  /** [nColumns]: permutations with |r| as large as the observed one, less 1e-12 for rounding; empty where not counted. */
  exceed: Uint32Array;
}

export interface NativeBootstrapPlan {
  scores: Float64Array;
  /** As in `NativeNullPlan`; r is fitted again to each resample. */
  strata: Uint32Array;
  /** [nSamples]: drawn whole; empty: each sample is one. */
  clusters: Uint32Array;
  basis: Float64Array;
  nResamples: number;
  /** Resample i of a seed is the same for every layer, number of resamples and of threads. */
  seed: number;
  sign: "positive" | "negative" | "both";
  threads: number;
}

export interface NativeBootstrap {
  /** [nResamples]: the column of the strongest r of that sign, of equal ones the first; -1 where none has that sign. */
  top: Int32Array;
  /** [nResamples]: that r; 0 where there is none. */
  r: Float64Array;
}

// ---- directions through the unembedding -----------------------------------------------------------------------------

export interface NativeUnembedPlan {
  /** A GGUF. */
  path: string;
  /** [nDirections, n_embd], for example decoder rows. */
  directions: Float32Array;
  nDirections: number;
  /** Tokens wanted at each end: at most the size of the vocabulary. */
  topK: number;
  threads: number;
}

/** [nDirections, topK], strongest first. */
export interface NativeTokenLogits {
  tokens: Int32Array;
  logits: Float32Array;
}

// ---- files ----------------------------------------------------------------------------------------------------------

export interface NativeTensorInfo {
  name: string;
  dtype: string;
  shape: number[];
  /** Bytes from the beginning of the file. */
  offset: number;
}

export interface NativeSafetensors {
  readonly tensors: NativeTensorInfo[];
  readonly metadata: Record<string, string>;
  /** The tensor as float32 (from F64, F32, F16, BF16) ... */
  readFloat32(name: string, cancel?: NativeCancel): Promise<Float32Array>;
  /** ... or as int32 (from I32, I64 where the values fit). */
  readInt32(name: string): Promise<Int32Array>;
  close(): void;
}

/** An exclusive lock of the operating system on a file: it ends with the process, however that ends. */
export interface NativeFileLock {
  release(): void;
}

/** rows [rows, depth] times weights [outputs, depth] of a type of ggml's enum. */
export interface NativeProductShape {
  type: number;
  depth: number;
  outputs: number;
  rows: number;
}

export interface NativeProductSpeeds {
  /** ggml's name of the weights' type. */
  type: string;
  "llama.cpp": number;
  float32?: number;
  int8?: number;
  /** By "fastest" products. */
  used: "llama.cpp" | "float32" | "int8";
}

// ---- the addon ------------------------------------------------------------------------------------------------------

export interface Addon {
  /** llama.cpp's release as the headers of the build say, and as the loaded library says: for example "0.5.0". */
  readonly builtForRelease: string;
  readonly loadedRelease: string;
  /** What "fastest" products compute in on this processor. */
  readonly fastestProducts: "int8" | "float32" | "llama.cpp";
  /** Loads the backends of a directory (once a process) and each of `plugins` on top. */
  initialize(options: { backendDirectory: string; plugins: string[] }): void;
  devices(): NativeDevice[];
  /** What becomes of llama.cpp's lines about our calls; "inherit" passes them on to the process's logger. */
  setLogLevel(level: LogLevel): void;
  loadModel(
    options: NativeModelOptions,
    onProgress: ((fraction: number) => void) | undefined,
    cancel: NativeCancel,
  ): Promise<NativeModel>;
  createEngine(
    model: NativeModel,
    options: NativeEngineOptions,
    onEvents: (events: NativeEvent[]) => void,
  ): Promise<NativeEngine>;
  /**
   * An immutable value: at each layer the operations in their order. Neighbouring vectors of one layer, window and phase
   * without a condition become their sum.
   */
  createSteering(options: { nEmbd: number; operations: NativeOperation[] }): NativeSteering;
  loadSae(plan: NativeSaePlan, cancel?: NativeCancel): Promise<NativeSae>;
  createReconstruction(sae: NativeSae): Promise<NativeReconstruction>;
  /** Reads all of an SAE but its encoder. */
  foldSae(plan: NativeSaePlan, cancel?: NativeCancel): Promise<NativeFoldedSae>;
  /** As those of a loaded SAE: reads these rows alone. */
  readDecoderRows(plan: NativeSaePlan, features: Uint32Array): Promise<Float32Array>;
  /**
   * What reads these features off rows of the SAE's hook point: scales and centre folded in, the normalisation left out.
   * Rejects with `ERR_INVALID_ARGUMENT` for top-k, where a feature's activation depends on all others.
   */
  readFeatureProbes(
    plan: NativeSaePlan,
    features: Uint32Array,
    cancel?: NativeCancel,
  ): Promise<{ weights: Float32Array; bias: number; threshold: number }[]>;
  /** Euclidean norms of the values of each feature. */
  featureNorms(matrix: NativeMatrixPlace, cancel?: NativeCancel): Promise<Float64Array>;
  /** All of a tensor as float32 (from F64, F32, F16, BF16). Rejects with `ERR_FILE_FORMAT`. */
  readTensor(place: NativePlace, cancel?: NativeCancel): Promise<Float32Array>;
  createSpool(options: NativeSpoolOptions): NativeSpool;
  createFeatureExamples(options: NativeExampleOptions): NativeFeatureExamples;
  /** By the cosine of decoder directions. */
  nearestDirections(sae: NativeSae, k: number, threads: number, cancel?: NativeCancel): Promise<NativeNearest>;
  /** Throws `ERR_OUT_OF_RANGE`, `ERR_OUT_OF_MEMORY`. */
  createRowBuffer(options: NativeRowBufferOptions): NativeRowBuffer;
  /** Rejects with `ERR_OUT_OF_RANGE`, `ERR_OUT_OF_MEMORY`. */
  createTrainer(options: NativeTrainerOptions): Promise<NativeTrainer>;
  /**
   * How r looks when scores are dealt out at random.
   *
   * Rejects with `ERR_DEGENERATE` where the scores have no variance (left by strata and basis), `ERR_NON_FINITE`,
   * `ERR_SHAPE_MISMATCH` for lengths that disagree, `ERR_OUT_OF_RANGE`, `ERR_CANCELLED`.
   */
  permutationNull(columns: NativeColumns, plan: NativeNullPlan, cancel?: NativeCancel): Promise<NativeNull>;
  /** The strongest column when samples are drawn with replacement. Rejects as `permutationNull` does. */
  bootstrapTop(columns: NativeColumns, plan: NativeBootstrapPlan, cancel?: NativeCancel): Promise<NativeBootstrap>;
  /**
   * The logit lens: what adding a direction to the last residual row does to the logits, through the final norm's weights
   * and the unembedding, up to the norm's positive scale.
   */
  unembed(
    plan: NativeUnembedPlan,
    cancel?: NativeCancel,
  ): Promise<{ promoted: NativeTokenLogits; suppressed: NativeTokenLogits }>;
  /** KL(reference || other) in nats, per row, of logits [rows, nVocab]. */
  compareLogits(reference: Float32Array, other: Float32Array, nVocab: number): Promise<Float64Array>;
  /**
   * What products of one shape are computed with, in 10^9 operations a second of one thread; undefined for a
   * type of weights that is llama.cpp's alone. Some 0.1 s. Rejects with `ERR_OUT_OF_RANGE`.
   */
  measureProducts(shape: NativeProductShape): Promise<NativeProductSpeeds | undefined>;
  openSafetensors(path: string): Promise<NativeSafetensors>;
  /** Undefined when another holder has it. */
  lockFile(path: string): NativeFileLock | undefined;
  createCancel(): NativeCancel;
  /** Requantises a GGUF to float32, for parity checks. */
  dequantizeModel(from: string, to: string): Promise<void>;
}

export interface NativeCancel {
  request(): void;
}
