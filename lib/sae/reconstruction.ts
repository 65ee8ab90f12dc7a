import { z } from "zod";
import { checkArguments } from "../arguments/check";
import { float32Array, instanceOf, optionsOf } from "../arguments/kinds";
import { invalidArgument } from "../errors";
import type { NativeReconstruction, NativeReconstructionSums } from "../native/addon";
import { cancellable } from "../native/cancellable";
import { loadAddon } from "../native/load";
import { abortSignal } from "../options/kinds";
import type { Sae } from "./sae";

const ofArguments = z.object({ sae: instanceOf<Sae>("an Sae", { config: "object", encode: "function" }) });
const measureArguments = z.object({
  rows: float32Array(),
  options: optionsOf({ signal: abortSignal().optional() }),
});

/**
 * Rows of the residual stream as an SAE gives them back: x' = sum_j f_j W_dec[j] + b_dec, in the rows' own units. It has the
 * decoder in memory, as float32, and keeps the SAE's weights until it is disposed of.
 */
export class Reconstruction {
  private constructor(
    readonly config: Sae["config"],
    /** @internal */
    readonly native: NativeReconstruction,
  ) {}

  /** @throws ERR_INVALID_ARGUMENT for the residual basis, which gives back what it is given; ERR_NON_FINITE, ERR_DISPOSED */
  static async of(sae: Sae): Promise<Reconstruction> {
    checkArguments(ofArguments, { sae });
    if (!sae.native) throw invalidArgument("sae", "an SAE with a decoder", sae.path);
    return new Reconstruction(sae.config, await loadAddon().createReconstruction(sae.native));
  }

  /**
   * How well it gives rows [n, d_model] back: sums over the rows.
   *
   * @throws SteeringError `ERR_SHAPE_MISMATCH`, `ERR_NON_FINITE`, `ERR_DISPOSED`; the signal's reason after an abort
   */
  async measure(
    rows: Float32Array,
    options: { readonly signal?: AbortSignal | undefined } = {},
  ): Promise<NativeReconstructionSums> {
    checkArguments(measureArguments, { rows, options });
    return await cancellable(loadAddon(), options.signal, (cancel) => this.native.measure(rows, cancel));
  }

  /** Frees the weights once what runs has ended. Later calls do nothing. */
  async dispose(): Promise<void> {
    await this.native.dispose();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.dispose();
  }
}
