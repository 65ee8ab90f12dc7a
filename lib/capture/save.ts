import { writeSafetensors } from "../files/safetensors";
import type { Capture } from "./capture";

/**
 * Writes a safetensors file: `<site>.<layer>` float32 [n, n_embd] for each layer, `logits` float32 [n, n_vocab],
 * `token_ids` int32 [n]. @throws ERR_FILE_WRITE
 */
export async function saveCapture(path: string, { site, tokenIds, rows, logits }: Capture): Promise<void> {
  const n = tokenIds.length;
  const matrix = (name: string, data: Float32Array) =>
    ({ name, dtype: "F32", shape: [n, data.length / n], data }) as const;
  await writeSafetensors(path, [
    ...[...rows].map(([layer, data]) => matrix(`${site}.${layer}`, data)),
    matrix("logits", logits),
    { name: "token_ids", dtype: "I32", shape: [n], data: tokenIds },
  ]);
}
