import { checkArguments } from "../arguments/check";
import { float32Array, instanceOf, int32Array, path as aPath, shapeOf } from "../arguments/kinds";
import { integer } from "../options/kinds";
import { basename, dirname, join } from "node:path";
import { z } from "zod";
import { SteeringError } from "../errors";
import { writeFileAtomically } from "../files/atomic-write";
import { sha256File, sha256Of } from "../files/hash";
import type { Addon, NativeSafetensors } from "../native/addon";
import { withSafetensors } from "../native/safetensors";
import { safetensorsFile, type Tensor } from "../files/safetensors";
import { readJson, writeJson } from "../files/json";
import { correlation, count, sha256, share, versions } from "../files/schema";
import { modelIdentitySchema } from "../model/identity";
import { sinceSaeIds } from "../sae/before-ids";
import { conventionSchema } from "../sae/convention";
import { SITES } from "../sae/hook-point";
import { saeIdentitySchema } from "../sae/identity";
import { profileOperation, profileProbe } from "./profile-operation";

const profileFeature = z.object({
  /** Id of its SAE, one of the profile's. */
  sae: z.string(),
  layer: count,
  site: z.enum(SITES),
  /** The layer whose output is steered; -1 is the input of block 0. */
  nativeLayer: z.int().min(-1),
  feature: count,
  coefficient: z.number(),
  r: correlation,
  frequency: share,
  /** Of the pooled activation: standard deviation over mean; older versions did not say. */
  variation: z.number().min(0).exactOptional(),
});
/**
 * One feature of a profile: where its SAE was trained to read, where the vector goes, and how much of it.
 * @interface
 */
export type ProfileFeature = z.infer<typeof profileFeature>;

const profileDocument = z.object({
  format: z.literal("corrsteer-steering-profile"),
  /** 3 where it says more than which vector is added at which layer. */
  version: z.literal([2, 3]),
  name: z.string(),
  model: modelIdentitySchema,
  saes: z.array(saeIdentitySchema),
  convention: conventionSchema,
  features: z.array(profileFeature),
  /** Decode mode: the id of the SAE whose decoder bias is added beside its features. */
  decoderBias: z.string().exactOptional(),
  /** What the coefficients are, for example "mean": as `select` names it. */
  coefficientPolicy: z.string().exactOptional(),
  /** Where the features were found. */
  task: z.string(),
  n: count,
  seed: z.int().optional(),
  /** Of the `ranking.json` that the features were chosen from; older versions did not say. */
  ranking: sha256.exactOptional(),
  versions,
  /** How each of the vectors steers, in their order. Older profiles add each from the last prompt token on. */
  operations: z.array(profileOperation).exactOptional(),
  /** What operations read off the residual stream. */
  probes: z.array(profileProbe).exactOptional(),
  /** File name, in the profile's own folder. */
  vectors: z.object({ file: z.string(), sha256 }),
});
/**
 * `*.steer.json`: what to steer which model with, and where that comes from. The vectors lie beside it.
 * @interface
 */
export type ProfileDocument = z.infer<typeof profileDocument>;

const anyProfileDocument = z.preprocess((document) => {
  const since = sinceSaeIds(document, ["version", 1]) as ProfileDocument | null;
  if (since === document || since === null || !("decoderBias" in since)) return since;
  const ofLayer = since.saes.find(({ layer }) => layer === (since.decoderBias as unknown)); // as it was given then
  return { ...since, decoderBias: ofLayer?.id };
}, profileDocument);

/** Steering vectors in residual units. */
export interface SteeringVectors {
  readonly nEmbd: number;
  /** Ascending; a layer may have several where the profile says how each steers. */
  readonly layers: Int32Array;
  /** [layers.length, nEmbd] */
  readonly rows: Float32Array;
  /** Weights of the profile's probes, [probes.length, nEmbd], where it has some. */
  readonly probes?: Float32Array;
}

/** A steering profile: an immutable value that can be kept and shared. */
export interface SteeringProfile extends Omit<ProfileDocument, "vectors"> {
  readonly vectors: SteeringVectors;
}

const steeringVectors = shapeOf(
  { nEmbd: integer(1), layers: int32Array(), rows: float32Array(), probes: float32Array().optional() },
  "steering vectors",
).refine(({ nEmbd, layers, rows }) => rows.length === nEmbd * layers.length, "a row of nEmbd values for each layer");

const FITTING = "operations for each vector, of probes that are there, in a profile of version 3";

/** What `SteeringProfile` is, to a caller without types. */
export const steeringProfile = shapeOf(
  { ...profileDocument.shape, vectors: steeringVectors },
  "a steering profile, as loadProfile gives it",
).refine((profile) => areOfOne(profile as SteeringProfile), FITTING);

/** Whether vectors, operations and probes are of one another. */
function areOfOne({ version, vectors, operations, probes = [] }: SteeringProfile): boolean {
  const { nEmbd, layers, rows, probes: weights = new Float32Array() } = vectors;
  const asked = (operations ?? []).flatMap(({ target, when }) => [target?.probe ?? 0, when?.probe ?? 0]);
  const hasProbes = (operations ?? []).some(({ target, when }) => target ?? when);
  return (
    rows.length === nEmbd * layers.length &&
    weights.length === nEmbd * probes.length &&
    (version === 3) === (operations !== undefined) &&
    (operations === undefined || operations.length === layers.length) &&
    (!hasProbes || asked.every((probe) => probe < probes.length))
  );
}

const saveArguments = z.object({ path: aPath(), profile: steeringProfile });
const loadArguments = z.object({
  path: aPath(),
  addon: instanceOf<Addon>("the addon", { openSafetensors: "function" }).optional(),
});

const SUFFIX = ".steer.json";

/** SHA-256 of the two files that a profile is. */
export interface ProfileHashes {
  /** Of `*.steer.json`, which names its vectors by theirs. */
  readonly document: string;
  readonly vectors: string;
}

/**
 * Writes `path` (`*.steer.json`) and, beside it, its vectors (`*.safetensors`: `layers` int32 [n], `vectors` float32
 * [n, n_embd], and where it has some `probes` float32 [m, n_embd]). @throws ERR_FILE_WRITE
 */
export async function saveProfile(path: string, profile: SteeringProfile): Promise<ProfileHashes> {
  checkArguments(saveArguments, { path, profile });
  const file = `${basename(path, SUFFIX)}.safetensors`;
  const { document, vectors } = profileFiles(profile, file);
  await writeFileAtomically(join(dirname(path), file), vectors);
  await writeJson(path, document);
  return { document: await sha256File(path), vectors: document.vectors.sha256 };
}

/** What the two files of a profile hold. @param file name of that of the vectors */
export function profileFiles(
  { vectors, ...rest }: SteeringProfile,
  file: string,
): { readonly document: ProfileDocument; readonly vectors: Iterable<Uint8Array> } {
  const document = { ...rest, vectors: { file, sha256: vectorsHash(vectors) } };
  return { document, vectors: vectorsFile(vectors) };
}

/** What a profile adds, by content: the SHA-256 that its vectors' file has. */
export function vectorsHash(vectors: SteeringVectors): string {
  return sha256Of(vectorsFile(vectors));
}

function vectorsFile({ layers, rows, nEmbd, probes }: SteeringVectors): Iterable<Uint8Array> {
  const tensors: Tensor[] = [
    { name: "layers", dtype: "I32", shape: [layers.length], data: layers },
    { name: "vectors", dtype: "F32", shape: [layers.length, nEmbd], data: rows },
    ...(probes ? [{ name: "probes", dtype: "F32" as const, shape: [probes.length / nEmbd, nEmbd], data: probes }] : []),
  ];
  return safetensorsFile(tensors, { format: "corrsteer-steering-vectors" });
}

/**
 * Reads a profile and, beside it, its vectors.
 *
 * @param addon reads the vectors' file. @default this package's own
 * @throws ERR_FILE_FORMAT when either file is missing, damaged, or not of the other
 */
export async function loadProfile(path: string, addon?: Pick<Addon, "openSafetensors">): Promise<SteeringProfile> {
  checkArguments(loadArguments, { path, addon });
  const { vectors, ...rest } = await readJson(path, anyProfileDocument);
  const fail = (reason: string, cause?: unknown) =>
    new SteeringError("ERR_FILE_FORMAT", `${path}: ${reason}`, { path, reason }, { cause });
  const vectorsPath = join(dirname(path), basename(vectors.file));
  const found = await sha256File(vectorsPath).catch((cause: unknown) => {
    throw fail(`its vectors cannot be read (${(cause as Error).message})`, cause);
  });
  if (found !== vectors.sha256) throw fail(`${vectorsPath} does not hold this profile's vectors (another SHA-256)`);
  const read = async (file: NativeSafetensors) => ({
    layers: await file.readInt32("layers"),
    rows: await file.readFloat32("vectors"),
    ...(rest.probes && { probes: await file.readFloat32("probes") }),
  });
  const { nEmbd } = rest.model;
  const profile = { ...rest, vectors: { nEmbd, ...(await withSafetensors(vectorsPath, read, addon)) } };
  if (!areOfOne(profile)) throw fail(`expected ${FITTING}, a row of ${nEmbd} values each`);
  return profile;
}
