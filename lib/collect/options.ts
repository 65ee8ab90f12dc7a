import { invalidArgument, outOfRange } from "../errors";
import type { Sample } from "../data/sample";
import type { EngineOptions } from "../model/engine";
import type { Pooling } from "../native/addon";
import { CONVENTIONS, type Convention } from "../sae/convention";
import { WEIGHT_TYPES, type SaeOptions } from "../sae/sae";
import type { WorkOptions } from "../progress";
import type { RunManifest } from "../run/manifest";
import { requireSamples, requireScorable } from "../ask/require-samples";
import type { Task } from "../tasks/task";

/** What to ask, and what of the answers to keep. */
export interface CollectOptions extends WorkOptions {
  /** The run directory: a new one, or one to go on with. */
  readonly directory: string;
  /** The questions to ask, in order. */
  readonly samples: readonly Sample[];
  /** "moments" keeps O(d_sae) a layer whatever the number of samples; "sparse" the pooled activations too. @default "sparse" */
  readonly keep?: "sparse" | "moments";
  /**
   * Whose activations are pooled: those of the positions that chose the answer's tokens, or of all tokens of prompt and
   * answer but the last one and a beginning-of-sequence token. @default "generated"
   */
  readonly positions?: Positions;
  /** Of the activations that are correlated with the score. @default the task's */
  readonly pooling?: Pooling;
  /** Of the activations that coefficients are made of. @default pooling */
  readonly steerPooling?: Pooling;
  /** Where SAEs read and steer: see `Convention`. @default "sae" */
  readonly convention?: Convention;
  /**
   * Samples between two points that a stopped run can go on from. @default 128, 64 where answers are generated, 16 with
   * all positions
   */
  readonly chunkSamples?: number;
  readonly engine?: EngineOptions;
  readonly sae?: SaeOptions;
  /** SAEs are kept in memory while they fit into this. @default 4 GiB */
  readonly saeMemoryBytes?: number;
  /** Residual rows beyond this wait in a file in the run directory. @default 1 GiB */
  readonly spoolMemoryBytes?: number;
  /** Recorded in `run.json`, never compared. */
  readonly environment?: Readonly<RunManifest["environment"]>;
}

export type Positions = RunManifest["positions"];

const KEEPS = ["sparse", "moments"] as const;
const POOLINGS = ["max", "mean"] as const;
const POSITIONS = ["generated", "all"] as const;
const GIB = 2 ** 30;

/** @throws ERR_INVALID_ARGUMENT, ERR_OUT_OF_RANGE, ERR_DATASET_FORMAT without samples */
export function resolveCollectOptions(options: CollectOptions, task: Task) {
  const { keep = "sparse", pooling = task.pooling, convention = "sae", positions = "generated" } = options;
  const steerPooling = options.steerPooling ?? pooling;
  const chunkSamples = options.chunkSamples ?? (positions === "all" ? 16 : task.kind === "choice" ? 128 : 64);
  oneOf("keep", KEEPS, keep);
  oneOf("pooling", POOLINGS, pooling);
  oneOf("steerPooling", POOLINGS, steerPooling);
  oneOf("convention", CONVENTIONS, convention);
  oneOf("positions", POSITIONS, positions);
  const sae = { weightType: "f32" as const, ...options.sae };
  oneOf("weightType", WEIGHT_TYPES, sae.weightType);
  if (!Number.isInteger(chunkSamples) || chunkSamples < 1) {
    throw outOfRange("chunkSamples", "a positive integer", chunkSamples);
  }
  requireSamples(task, options.samples, "to collect");
  requireScorable(task, options.samples);
  return {
    directory: options.directory,
    samples: options.samples,
    keep,
    pooling,
    steerPooling,
    convention,
    positions,
    chunkSamples,
    engine: { ...options.engine },
    sae,
    saeMemoryBytes: options.saeMemoryBytes ?? 4 * GIB,
    spoolMemoryBytes: options.spoolMemoryBytes ?? GIB,
    environment: { ...options.environment },
    onProgress: options.onProgress,
    signal: options.signal,
  };
}
export type ResolvedCollectOptions = ReturnType<typeof resolveCollectOptions>;

function oneOf(name: string, values: readonly unknown[], value: unknown): void {
  if (!values.includes(value)) throw invalidArgument(name, `one of ${values.join(", ")}`, value);
}
