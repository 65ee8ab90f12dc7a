import { types } from "node:util";
import { z } from "zod";
import { checkArguments } from "../arguments/check";
import { float32Array, int32Array, path as aPath, shapeOf } from "../arguments/kinds";
import { oneOf } from "../options/kinds";
import { SITES } from "../sae/hook-point";
import { SteeringError } from "../errors";
import { writeSafetensors } from "../files/safetensors";
import { withSafetensors } from "../native/safetensors";
import type { Capture } from "./capture";

const byLayer = z.custom<Capture["rows"]>(
  (value) => types.isMap(value) && [...value.values()].every(types.isFloat32Array),
  "a Map with a Float32Array for each layer",
);
const saveArguments = z.object({
  path: aPath(),
  capture: shapeOf(
    { site: oneOf(SITES), tokenIds: int32Array(), rows: byLayer, logits: float32Array() },
    "what `capture` gave",
  ),
});

/**
 * Writes a safetensors file: `<site>.<layer>` float32 [n, n_embd] for each layer, `logits` float32 [n, n_vocab],
 * `token_ids` int32 [n]. @throws ERR_FILE_WRITE
 */
export async function saveCapture(path: string, capture: Capture): Promise<void> {
  checkArguments(saveArguments, { path, capture });
  const { site, tokenIds, rows, logits } = capture;
  const n = tokenIds.length;
  const matrix = (name: string, data: Float32Array) =>
    ({ name, dtype: "F32", shape: [n, data.length / n], data }) as const;
  await writeSafetensors(path, [
    ...[...rows].map(([layer, data]) => matrix(`${site}.${layer}`, data)),
    matrix("logits", logits),
    { name: "token_ids", dtype: "I32", shape: [n], data: tokenIds },
  ]);
}

/** @throws ERR_FILE_FORMAT for a file that is none of these */
export async function checkCapture(path: string): Promise<void> {
  const names = new Set(await withSafetensors(path, (file) => file.tensors.map(({ name }) => name)));
  if (names.has("logits") && names.has("token_ids")) return;
  throw new SteeringError("ERR_FILE_FORMAT", `${path}: expected logits and token_ids of a capture`, { path });
}
