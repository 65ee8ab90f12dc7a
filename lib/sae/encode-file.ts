import { abortSignal } from "../options/kinds";
import { z } from "zod";
import { checkArguments } from "../arguments/check";
import { instanceOf, optionsOf, path as aPath, text } from "../arguments/kinds";
import { SteeringError } from "../errors";
import type { NativeTensorInfo } from "../native/addon";
import { cancellable } from "../native/cancellable";
import { loadAddon } from "../native/load";
import { withSafetensors } from "../native/safetensors";
import { writeSafetensors } from "../files/safetensors";
import type { Sae } from "./sae";

export interface EncodedFile {
  readonly path: string;
  /** [n, d_sae] */
  readonly shape: readonly [number, number];
}

const encodeArguments = z.object({
  sae: instanceOf<Sae>("an Sae", { config: "object", encode: "function" }),
  path: aPath(),
  tensor: text(),
  out: aPath(),
  options: optionsOf({ signal: abortSignal().optional() }),
});

/**
 * Activations of the residual rows in `tensor` [n, d_model] of a safetensors file, written to `out` as `acts` float32
 * [n, d_sae].
 *
 * @throws ERR_FILE_FORMAT, ERR_SHAPE_MISMATCH, ERR_NON_FINITE, ERR_FILE_WRITE
 */
export async function encodeFile(
  sae: Sae,
  path: string,
  tensor: string,
  out: string,
  options: { readonly signal?: AbortSignal | undefined } = {},
): Promise<EncodedFile> {
  checkArguments(encodeArguments, { sae, path, tensor, out, options });
  const rows = await readRows(path, tensor, sae.dModel, options.signal);
  const acts = await sae.encode(rows, options);
  const shape = [rows.length / sae.dModel, sae.dSae] as const;
  await writeSafetensors(out, [{ name: "acts", dtype: "F32", shape, data: acts }]);
  return { path: out, shape };
}

/** Residual rows [n, d_model], one after the other. @throws ERR_FILE_FORMAT, ERR_SHAPE_MISMATCH */
export function readRows(
  path: string,
  tensor: string,
  dModel: number,
  signal: AbortSignal | undefined,
): Promise<Float32Array> {
  return withSafetensors(path, (file) => {
    const info = file.tensors.find(({ name }) => name === tensor);
    if (!info) {
      const names = file.tensors.map(({ name }) => name).join(", ");
      throw new SteeringError("ERR_FILE_FORMAT", `${path}: there is no tensor ${tensor}, only ${names}`, {
        path,
        tensor,
      });
    }
    requireWidth(path, info, dModel);
    return cancellable(loadAddon(), signal, (cancel) => file.readFloat32(tensor, cancel));
  });
}

function requireWidth(path: string, { name, shape }: NativeTensorInfo, dModel: number): void {
  if (shape.length === 2 && shape[1] === dModel) return;
  throw new SteeringError(
    "ERR_SHAPE_MISMATCH",
    `${path}: ${name} has shape [${shape.join(", ")}], the SAE reads rows [n, ${dModel}]`,
    { path, expected: ["n", dModel], actual: shape },
  );
}
