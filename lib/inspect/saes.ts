import { existsSync } from "node:fs";
import { join } from "node:path";
import { SteeringError } from "../errors";
import { cancellable } from "../native/cancellable";
import { loadAddon } from "../native/load";
import { withSafetensors } from "../native/safetensors";
import type { TensorPlace } from "../native/tensor-place";
import type { SaeConfig } from "../sae/config";
import { dashboardPage } from "../sae/dashboard";
import { isNameOfSaes } from "../sae/fetch-saes";
import { saesAt } from "../sae/find";
import { foldSae } from "../sae/fold";
import type { StoredSae } from "../sae/folder";
import { isFile } from "../sae/is-file";
import { findSaes } from "../sae/set";
import { decoderMatrix, tensorPlaces } from "../sae/weights";
import { mean } from "../statistics/mean";

/** One SAE: what its configuration says, and what its files hold. */
export interface SaeReport extends Omit<SaeConfig, "encoder"> {
  /** Names it among those of the folder. */
  readonly id: string;
  /** Whose format it is in. */
  readonly family: string;
  readonly path: string;
  readonly activation: SaeConfig["encoder"]["activation"];
  readonly k: number | undefined;
  readonly inputNormalization: SaeConfig["encoder"]["inputNormalization"];
  readonly subtractDecoderBias: boolean;
  readonly tensors: readonly Pick<TensorPlace, "name" | "dtype" | "shape">[];
  /** Mean norm of the decoder's rows. */
  readonly meanDecoderNorm: number;
  /** Norms of the decoder's rows, as they are stored. */
  readonly decoderNorms: Range;
  /** What a pre-activation has to exceed, every scale folded in; none for top-k. */
  readonly thresholds: Range | undefined;
  /** Its page on neuronpedia.org. */
  readonly dashboard: string | null;
  /** How often features fired in training, where the publisher kept it. */
  readonly sparsity: { readonly medianFrequency: number; readonly neverFired: number } | undefined;
}

export interface Range {
  readonly least: number;
  readonly median: number;
  readonly most: number;
}

export interface SaesReport {
  readonly kind: "saes";
  readonly path: string;
  readonly saes: readonly SaeReport[];
}

/** SAELens keeps log10(frequency + 1e-10) of each feature in it. */
const SPARSITY_FILE = "sparsity.safetensors";
const NEVER_FIRED = -9.5;

/** Whether it is the file of an SAE, or a name of some of the hub or of the catalogue. */
export async function namesSaes(text: string): Promise<boolean> {
  return isNameOfSaes(text) || ((await isFile(text)) && (await saesAt(text)).length > 0);
}

/** @throws ERR_SAE_FORMAT */
export async function inspectSaes(path: string, options: { signal?: AbortSignal | undefined }): Promise<SaesReport> {
  const saes: SaeReport[] = [];
  for (const folder of await findSaes(path)) {
    options.signal?.throwIfAborted();
    saes.push(await inspectSae(folder, options.signal));
  }
  return { kind: "saes", path, saes };
}

async function inspectSae(sae: StoredSae, signal: AbortSignal | undefined): Promise<SaeReport> {
  const { id, family, path, weightsPath, config } = sae;
  const { encoder, ...rest } = config;
  const { activation, k, inputNormalization, subtractDecoderBias } = encoder;
  const places = await tensorPlaces(weightsPath);
  const norms = await decoderNorms(path, places, config, signal);
  const { threshold } = await foldSae(sae, signal);
  return {
    ...{ id, family, path },
    ...rest,
    ...{ activation, k, inputNormalization, subtractDecoderBias },
    tensors: places.map(({ name, dtype, shape }) => ({ name, dtype, shape })),
    meanDecoderNorm: mean(norms),
    decoderNorms: rangeOf(norms),
    thresholds: threshold.length > 0 ? rangeOf(threshold) : undefined,
    dashboard: dashboardPage(config.neuronpediaId),
    sparsity: await readSparsity(join(path, SPARSITY_FILE)),
  };
}

async function decoderNorms(
  path: string,
  places: readonly TensorPlace[],
  { dModel, dSae, encoder }: SaeConfig,
  signal: AbortSignal | undefined,
): Promise<Float64Array> {
  const decoder = decoderMatrix(path, encoder, places);
  const size = decoder.shape.reduce((product, extent) => product * extent, 1);
  if (size !== dSae * dModel) {
    const reason = `the decoder has ${size} values, its configuration says ${dSae} x ${dModel}`;
    throw new SteeringError("ERR_SAE_FORMAT", `${path}: ${reason}`, { path, reason });
  }
  const addon = loadAddon();
  return cancellable(addon, signal, (cancel) => addon.featureNorms(decoder, cancel));
}

function rangeOf(values: Float32Array | Float64Array): Range {
  const ascending = values.slice().sort();
  return { least: ascending[0]!, median: ascending[Math.floor(ascending.length / 2)]!, most: ascending.at(-1)! };
}

async function readSparsity(path: string): Promise<SaeReport["sparsity"]> {
  if (!existsSync(path)) return undefined;
  const logs = (await withSafetensors(path, (file) => file.readFloat32("sparsity"))).sort();
  return {
    medianFrequency: 10 ** (logs[Math.floor(logs.length / 2)] ?? NaN),
    neverFired: logs.filter((log) => log < NEVER_FIRED).length,
  };
}
