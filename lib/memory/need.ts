import type { ModelSize } from "../model/size";
import type { SaeOptions } from "../sae/options";

/** What of an SAE decides how much memory it takes. */
export interface SaeSize {
  readonly dModel: number;
  readonly dSae: number;
  /** Of its file of weights. */
  readonly fileBytes: number;
}

/** How a run uses a model and SAEs. */
export interface MemoryUse {
  /** Cells of the key-value cache. */
  readonly contextTokens: number;
  /** Bytes of a weight of an encoder. */
  readonly weightBytes: number;
  /** SAEs are kept while their encoders fit into this. */
  readonly saeMemoryBytes: number;
  /** Of residual rows that wait for the encoder. */
  readonly spoolBytes: number;
  /** Whether the run is ranked, selected from and evaluated by the same process. */
  readonly isWhole: boolean;
}

/** About how much memory a run has at its peak on the CPU: `docs/models.md` has it beside what was measured. */
export interface MemoryNeed {
  readonly model: number;
  readonly cache: number;
  /** Encoders that are kept, and of the others the largest one with its file while it is read. */
  readonly saes: number;
  readonly spool: number;
  /** Less than their sum and this program: nothing is encoded while the model is asked. */
  readonly total: number;
}

/** Node.js with what it loads to collect, and what it keeps beside that of a run's results. */
const PROGRAM_BYTES = 125e6;
const RESULT_BYTES = 60e6;
/** Of the logits of the sequences that are decoded together, and a token's texts. */
const BYTES_A_TOKEN_OF_THE_VOCABULARY = 370;
/** Rows as wide as the residual stream that a pass through the graph keeps, of each of its 512 tokens. */
const GRAPH_ROWS = 512 * 20;
const CACHE_VALUE_BYTES = 2;

/** Bytes of a weight. */
export function weightBytes(type: SaeOptions["weightType"] = "f32"): number {
  return { f32: 4, f16: 2, bf16: 2, q8_0: 34 / 32 }[type];
}

export function memoryNeed(model: ModelSize, saes: readonly SaeSize[], use: MemoryUse): MemoryNeed {
  const program = PROGRAM_BYTES + (use.isWhole ? RESULT_BYTES : 0);
  const cache = Math.min(use.contextTokens, model.nCtxTrain) * model.kvWidth * CACHE_VALUE_BYTES;
  const asking = cache + BYTES_A_TOKEN_OF_THE_VOCABULARY * model.nVocab + GRAPH_ROWS * model.nEmbd * 4;
  const weights = model.fileBytes + model.repackedBytes;
  const { kept, passing } = saesBytes(saes, use);
  return {
    ...{ model: weights, cache, saes: kept + passing, spool: use.spoolBytes },
    total: program + weights + kept + use.spoolBytes + Math.max(asking, passing),
  };
}

/** Those that are kept; half a file is mapped while an encoder is filled from it. */
function saesBytes(saes: readonly SaeSize[], { weightBytes, saeMemoryBytes }: MemoryUse) {
  let [kept, passing] = [0, 0];
  for (const { dModel, dSae, fileBytes } of saes) {
    const encoder = dModel * dSae * weightBytes;
    const isKept = kept + encoder <= saeMemoryBytes;
    if (isKept) kept += encoder;
    passing = Math.max(passing, fileBytes / 2 + (isKept ? 0 : encoder));
  }
  return { kept, passing };
}
