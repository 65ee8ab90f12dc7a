import { z } from "zod";
import { checkArguments } from "../arguments/check";
import { anyOptions, float32Array, optionsOf, path } from "../arguments/kinds";
import { saeFolder } from "./kinds";
import { outOfRange } from "../errors";
import type { NativeSae } from "../native/addon";
import { cancellable } from "../native/cancellable";
import { resolveDevice } from "../native/devices";
import { loadAddon } from "../native/load";
import { defaultThreads } from "../native/threads";
import { abortSignal } from "../options/kinds";
import { refuseUnknown } from "../options/refuse-unknown";
import { resolveOptions } from "../options/resolve";
import { readSaeFolder, type SaeFolder } from "./folder";
import { saeOptions, type SaeOptions } from "./options";
import { nativePlan } from "./plan";
import { unitVectors } from "./residual-basis";

const loadArguments = z.object({
  source: z.union([path(), saeFolder()], "a path, or an SAE as findSaes or residualBases gives it"),
  options: anyOptions(),
});
const encodeArguments = z.object({
  rows: float32Array(),
  options: optionsOf({ signal: abortSignal().optional() }),
});
const decoderArguments = z.object({
  features: z.custom(
    (value) => typeof (value as Iterable<number> | null)?.[Symbol.iterator] === "function",
    "features",
  ),
});

/** A sparse autoencoder, loaded: rows of the residual stream in, activations and decoder directions out. */
export class Sae {
  private constructor(
    readonly path: string,
    readonly config: SaeFolder["config"],
    /** For those that pass it on to the addon; undefined where features are the residual coordinates. @internal */
    readonly native: NativeSae | undefined,
  ) {}

  /**
   * Loads an SAE: a folder or a file in its publisher's format, or what `readSaeFolder` or `findSaes` made of one. Reads and
   * checks every weight.
   *
   * @throws SteeringError `ERR_SAE_FORMAT`, `ERR_SHAPE_MISMATCH`, `ERR_NON_FINITE`, `ERR_OUT_OF_MEMORY`
   */
  static async load(source: string | SaeFolder, options: SaeOptions = {}): Promise<Sae> {
    checkArguments(loadArguments, { source, options });
    refuseUnknown(options, saeOptions);
    const { weightType, device, threads = defaultThreads(), signal } = resolveOptions(saeOptions, options);
    signal?.throwIfAborted();
    const folder = typeof source === "string" ? await readSaeFolder(source) : source;
    const { path, config } = folder;
    if (!("weightsPath" in folder)) return new Sae(path, config, undefined);
    const plan = { ...(await nativePlan(folder)), weightType, device: resolveDevice(device), threads };
    const addon = loadAddon();
    const native = await cancellable(addon, signal, (cancel) => addon.loadSae(plan, cancel));
    return new Sae(path, config, native);
  }

  get dModel(): number {
    return this.config.dModel;
  }

  get dSae(): number {
    return this.config.dSae;
  }

  /** Bytes that the encoder takes on its device. */
  get sizeBytes(): number {
    return this.native?.sizeBytes ?? 0;
  }

  /**
   * Activations [n, d_sae] of residual rows [n, d_model].
   *
   * @throws SteeringError `ERR_SHAPE_MISMATCH`; `ERR_NON_FINITE` for a row with NaN or infinity; `ERR_DISPOSED`; the
   * signal's reason after an abort
   */
  async encode(rows: Float32Array, options: { readonly signal?: AbortSignal | undefined } = {}): Promise<Float32Array> {
    checkArguments(encodeArguments, { rows, options });
    const { native } = this;
    if (!native) return rows.slice();
    return cancellable(loadAddon(), options.signal, (cancel) => native.encode(rows, cancel));
  }

  /**
   * Decoder directions [features.length, d_model] in the units of the residual stream.
   *
   * @throws RangeError `ERR_OUT_OF_RANGE` for a feature that the SAE does not have; SteeringError `ERR_DISPOSED`
   */
  async decoderRows(features: Iterable<number>): Promise<Float32Array> {
    checkArguments(decoderArguments, { features });
    const indices = [...features];
    const stray = indices.find((feature) => !Number.isInteger(feature) || feature < 0 || feature >= this.dSae);
    if (stray !== undefined) throw outOfRange("features", `integers in [0, ${this.dSae})`, stray);
    if (!this.native) return unitVectors(indices, this.dModel);
    return this.native.decoderRows(Uint32Array.from(indices));
  }

  /** Frees the weights once what runs has ended. Later calls do nothing. */
  async dispose(): Promise<void> {
    await this.native?.dispose();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.dispose();
  }
}
