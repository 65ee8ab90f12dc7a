import { z } from "zod";
import { SteeringError } from "../errors";
import { count, sha256, versions } from "../files/schema";
import { modelIdentitySchema } from "../model/identity";
import { conventionSchema } from "../sae/convention";
import { sinceSaeIds } from "../sae/before-ids";
import { saeIdentitySchema } from "../sae/identity";
import { WEIGHT_TYPES } from "../sae/options";
import { taskIdentitySchema } from "../tasks/identity";

export const POOLINGS = ["max", "mean"] as const;
export const KEEPS = ["sparse", "moments"] as const;
export const POSITIONS = ["generated", "all"] as const;

export const pooling = z.enum(POOLINGS);

const manifest = z.object({
  format: z.literal(2),
  versions,
  model: modelIdentitySchema,
  saes: z.array(saeIdentitySchema).min(1),
  /** How the encoders were kept: activations depend on it. */
  saeWeightType: z.enum(WEIGHT_TYPES),
  convention: conventionSchema,
  task: taskIdentitySchema,
  /** The questions in order: `sha256` is over their ids, prompts and expected answers. */
  samples: z.object({ n: count, sha256 }),
  keep: z.enum(KEEPS),
  /** Whose activations are pooled: those that chose the answer's tokens, or all of prompt and answer. */
  positions: z.enum(POSITIONS).default("generated"),
  /** Of the activations that are correlated with the score, and of those that coefficients are made of. */
  pooling,
  steerPooling: pooling,
  chunkSamples: z.int().min(1),
  /** Recorded when the run starts, never compared: device, threads, resolved command line, ... */
  environment: z.record(z.string(), z.json()),
});
export const runManifest = z.preprocess((document) => sinceSaeIds(document, ["format", 1]), manifest);
/**
 * What a run is of (`run.json`). Two runs with equal manifests, `environment` aside, end with equal bytes.
 * @interface
 */
export type RunManifest = z.infer<typeof manifest>;

/**
 * The run of `directory` must be the one asked for.
 * @throws ERR_RUN_MISMATCH that names every field that differs, with both values
 */
export function checkSameRun(directory: string, found: RunManifest, asked: RunManifest): void {
  checkSame(directory, { ...found, environment: {} }, { ...asked, environment: {} });
}

/** The same for what a later stage is given: model, SAEs. @throws ERR_RUN_MISMATCH as `checkSameRun` */
export function checkSame<T extends Partial<RunManifest>>(directory: string, found: T, asked: T): void {
  const differences = [...differingFields("", found, asked)];
  if (differences.length === 0) return;
  const list = differences.map(({ field, found, asked }) => `${field}: found ${found}, asked for ${asked}`).join("; ");
  throw new SteeringError(
    "ERR_RUN_MISMATCH",
    `${directory} holds another run (${list}). Use another directory, or the options that this run was started with.`,
    { directory, differences },
  );
}

interface Difference {
  readonly field: string;
  readonly found: string;
  readonly asked: string;
}

function* differingFields(field: string, found: unknown, asked: unknown): Generator<Difference> {
  if (isObject(found) && isObject(asked)) {
    for (const key of new Set([...Object.keys(found), ...Object.keys(asked)])) {
      yield* differingFields(field === "" ? key : `${field}.${key}`, found[key], asked[key]);
    }
  } else if (JSON.stringify(found) !== JSON.stringify(asked)) {
    yield { field, found: shown(found), asked: shown(asked) };
  }
}

function shown(value: unknown): string {
  return value === undefined ? "nothing" : JSON.stringify(value);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
