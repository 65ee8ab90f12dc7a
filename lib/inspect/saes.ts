import { existsSync } from "node:fs";
import { join } from "node:path";
import { SteeringError } from "../errors";
import type { NativeSafetensors, NativeTensorInfo } from "../native/addon";
import { loadAddon } from "../native/load";
import type { SaeConfig } from "../sae/config";
import type { StoredSae } from "../sae/folder";
import { findSaes } from "../sae/set";
import { norm } from "../statistics/norm";

/** One SAE: what its configuration says, and what its files hold. */
export interface SaeReport extends Omit<SaeConfig, "encoder"> {
  /** Names it among those of the folder. */
  readonly id: string;
  readonly path: string;
  readonly activation: SaeConfig["encoder"]["activation"];
  readonly k: number | undefined;
  readonly inputNormalization: SaeConfig["encoder"]["inputNormalization"];
  readonly subtractDecoderBias: boolean;
  readonly tensors: readonly NativeTensorInfo[];
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
    saes.push(inspectSae(folder));
  }
  return { kind: "saes", path, saes };
}

function inspectSae({ id, path, weightsPath, config }: StoredSae): SaeReport {
  const { encoder, ...rest } = config;
  const { activation, k, inputNormalization, subtractDecoderBias, tensors } = encoder;
  return {
    id,
    path,
    ...rest,
    ...{ activation, k, inputNormalization, subtractDecoderBias },
    ...reading(weightsPath, (file) => ({
      tensors: file.tensors,
      meanDecoderNorm: meanRowNorm(path, file.readFloat32(tensors.decoder), config),
    })),
    sparsity: readSparsity(join(path, SPARSITY_FILE)),
  };
}

function meanRowNorm(path: string, decoder: Float32Array, { dModel, dSae }: SaeConfig): number {
  if (decoder.length !== dSae * dModel) {
    const reason = `the decoder has ${decoder.length} values, its configuration says ${dSae} x ${dModel}`;
    throw new SteeringError("ERR_SAE_FORMAT", `${path}: ${reason}`, { path, reason });
  }
  let sum = 0;
  for (let i = 0; i < dSae; i++) sum += norm(decoder.subarray(i * dModel, (i + 1) * dModel));
  return sum / dSae;
}

function readSparsity(path: string): SaeReport["sparsity"] {
  if (!existsSync(path)) return undefined;
  const logs = reading(path, (file) => file.readFloat32("sparsity")).sort();
  return {
    medianFrequency: 10 ** (logs[Math.floor(logs.length / 2)] ?? NaN),
    neverFired: logs.filter((log) => log < NEVER_FIRED).length,
  };
}

function reading<T>(path: string, read: (file: NativeSafetensors) => T): T {
  const file = loadAddon().openSafetensors(path);
  try {
    return read(file);
  } finally {
    file.close();
  }
}
