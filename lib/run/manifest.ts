import { z } from "zod";
import { SteeringError } from "../errors";
import { PROMPT_STYLES } from "../prompt/prompting";
import { CONVENTIONS } from "../sae/convention";

const sha256 = z.string().regex(/^[0-9a-f]{64}$/, "64 hexadecimal digits");
const count = z.int().min(0);

export const modelIdentity = z.object({
  name: z.string(),
  architecture: z.string(),
  nEmbd: z.int().min(1),
  nLayer: z.int().min(1),
  sha256,
});
/**
 * Which model: enough to tell two files apart, and nothing about where the file lies.
 * @interface
 */
export type ModelIdentity = z.infer<typeof modelIdentity>;

export const saeIdentity = z.object({
  layer: count,
  site: z.enum(["resid_pre", "resid_post"]),
  dModel: z.int().min(1),
  dSae: z.int().min(1),
  /** Its resolved configuration: activation, tensors, scale, ...; `{ basis: "residual" }` for no SAE at all. */
  encoder: z.record(z.string(), z.json()),
  /** SHA-256 of its weights' file; none without an SAE. */
  weights: sha256.exactOptional(),
  /** Of its public dashboard, for example "gemma-2-2b/20-gemmascope-res-16k". */
  neuronpediaId: z.string().exactOptional(),
});
/**
 * Which SAE, or that features are the residual stream's own coordinates, and where it was trained to read: `layer`
 * and `site` are its own hook point, as published.
 * @interface
 */
export type SaeIdentity = z.infer<typeof saeIdentity>;

export const convention = z.enum(CONVENTIONS);

export const pooling = z.enum(["max", "mean"]);

const asked = z.object({
  promptStyle: z.enum(PROMPT_STYLES),
  chainOfThought: z.boolean(),
  fewShot: count,
  category: z.string().exactOptional(),
});

export const runManifest = z.object({
  format: z.literal(1),
  versions: z.object({ corrsteer: z.string(), llamaCpp: z.string() }),
  model: modelIdentity,
  saes: z.array(saeIdentity).min(1),
  /** How the encoders were kept: activations depend on it. */
  saeWeightType: z.enum(["f32", "f16", "bf16", "q8_0"]),
  convention,
  task: z.object({
    name: z.string(),
    kind: z.enum(["choice", "generation"]),
    scorer: z.string(),
    /** Id, revision and SHA-256 of the model that scored, where one did. */
    scorerModel: z.string().optional(),
    /** Whether answers were held to the choices. */
    constrained: z.boolean().default(false),
    maxTokens: z.int().min(1),
    stop: z.array(z.string()),
    /** How the questions were put; absent when the caller of `collect` made them. */
    asked: asked.exactOptional(),
  }),
  /** The questions in order: `sha256` is over their ids, prompts and expected answers. */
  samples: z.object({ n: count, sha256 }),
  keep: z.enum(["sparse", "moments"]),
  /** Whose activations are pooled: those that chose the answer's tokens, or all of prompt and answer. */
  positions: z.enum(["generated", "all"]).default("generated"),
  /** Of the activations that are correlated with the score, and of those that coefficients are made of. */
  pooling,
  steerPooling: pooling,
  chunkSamples: z.int().min(1),
  /** Recorded when the run starts, never compared: device, threads, resolved command line, ... */
  environment: z.record(z.string(), z.json()),
});
/**
 * What a run is of (`run.json`). Two runs with equal manifests, `environment` aside, end with equal bytes.
 * @interface
 */
export type RunManifest = z.infer<typeof runManifest>;

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
