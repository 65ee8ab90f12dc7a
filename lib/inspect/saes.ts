import { existsSync } from "node:fs";
import { join } from "node:path";
import { SteeringError } from "../errors";
import { cancellable } from "../native/cancellable";
import { loadAddon } from "../native/load";
import { withSafetensors } from "../native/safetensors";
import type { TensorPlace } from "../native/tensor-place";
import type { SaeConfig } from "../sae/config";
import type { StoredSae } from "../sae/folder";
import { findSaes } from "../sae/set";
import { decoderMatrix, tensorPlaces } from "../sae/weights";
import { mean } from "../statistics/mean";

/** One SAE: what its configuration says, and what its files hold. */
export interface SaeReport extends Omit<SaeConfig, "encoder"> {
  /** Names it among those of the folder. */
  readonly id: string;
  readonly path: string;
  readonly activation: SaeConfig["encoder"]["activation"];
  readonly k: number | undefined;
  readonly inputNormalization: SaeConfig["encoder"]["inputNormalization"];
  readonly subtractDecoderBias: boolean;
  readonly tensors: readonly Pick<TensorPlace, "name" | "dtype" | "shape">[];
  /** Mean norm of the decoder's rows. */
  readonly meanDecoderNorm: number;
  /** How often features fired in training, where the publisher kept it. */
  readonly sparsity: { readonly medianFrequency: number; readonly neverFired: number } | undefined;
}

export interface SaesReport {
  readonly kind: "saes";
  readonly path: string;
  readonly saes: readonly SaeReport[];
}

/** SAELens keeps log10(frequency + 1e-10) of each feature in it. */
const SPARSITY_FILE = "sparsity.safetensors";
const NEVER_FIRED = -9.5;

/** @throws ERR_SAE_FORMAT */
export async function inspectSaes(path: string, options: { signal?: AbortSignal | undefined }): Promise<SaesReport> {
  const saes: SaeReport[] = [];
  for (const folder of await findSaes(path)) {
    options.signal?.throwIfAborted();
    saes.push(await inspectSae(folder, options.signal));
  }
  return { kind: "saes", path, saes };
}

async function inspectSae(
  { id, path, weightsPath, config }: StoredSae,
  signal: AbortSignal | undefined,
): Promise<SaeReport> {
  const { encoder, ...rest } = config;
  const { activation, k, inputNormalization, subtractDecoderBias } = encoder;
  const places = await tensorPlaces(weightsPath);
  return {
    id,
    path,
    ...rest,
    ...{ activation, k, inputNormalization, subtractDecoderBias },
    tensors: places.map(({ name, dtype, shape }) => ({ name, dtype, shape })),
    meanDecoderNorm: await meanDecoderNorm(path, places, config, signal),
    sparsity: await readSparsity(join(path, SPARSITY_FILE)),
  };
}

async function meanDecoderNorm(
  path: string,
  places: readonly TensorPlace[],
  { dModel, dSae, encoder }: SaeConfig,
  signal: AbortSignal | undefined,
): Promise<number> {
  const decoder = decoderMatrix(path, encoder, places);
  const size = decoder.shape.reduce((product, extent) => product * extent, 1);
  if (size !== dSae * dModel) {
    const reason = `the decoder has ${size} values, its configuration says ${dSae} x ${dModel}`;
    throw new SteeringError("ERR_SAE_FORMAT", `${path}: ${reason}`, { path, reason });
  }
  const addon = loadAddon();
  return mean(await cancellable(addon, signal, (cancel) => addon.featureNorms(decoder, cancel)));
}

async function readSparsity(path: string): Promise<SaeReport["sparsity"]> {
  if (!existsSync(path)) return undefined;
  const logs = (await withSafetensors(path, (file) => file.readFloat32("sparsity"))).sort();
  return {
    medianFrequency: 10 ** (logs[Math.floor(logs.length / 2)] ?? NaN),
    neverFired: logs.filter((log) => log < NEVER_FIRED).length,
  };
}
