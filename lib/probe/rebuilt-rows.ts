import { invalidArgument } from "../errors";
import type { Shard } from "../run/shards";
import { readChunks } from "../run/shards";
import { readDecoderRows } from "../sae/decoder-rows";
import type { SaeFolder } from "../sae/folder";
import type { SaeIdentity } from "../sae/identity";
import { nonZero } from "../statistics/non-zero";
import type { Rows } from "../statistics/ridge-logistic";

/**
 * The residual rows of a run's samples as an SAE gives them back, less its decoder bias: sum_i z_i W_dec[i] of a sample's pooled
 * activations z, [n, d_model]. A run keeps these, and of the rows themselves no more than sums. With mean pooling, and of
 * answers of one token, that is the reconstruction of the (mean) row; with max pooling it is longer.
 *
 * @throws ERR_INVALID_ARGUMENT for a run that kept no single samples; ERR_FILE_FORMAT; as `readDecoderRows`
 */
export async function rebuiltRows(shards: readonly Shard[], sae: SaeIdentity, folder: SaeFolder): Promise<Rows> {
  const { keep, pooling, steerPooling } = shards[0]!.manifest;
  if (keep !== "sparse") throw invalidArgument("keep", '"sparse": a probe is fitted to single samples', keep);
  const chunks = await readChunks(shards, sae);
  const d = sae.dModel;
  const fires = new Uint32Array(sae.dSae);
  for (const { indices } of chunks) for (const feature of indices) fires[feature] = 1;
  const used = [...nonZero(fires)];
  const placeOf = new Uint32Array(sae.dSae);
  used.forEach((feature, place) => (placeOf[feature] = place));
  const decoder = await readDecoderRows(folder, used);
  const values = new Float32Array(shards.reduce((n, { scores }) => n + scores.length, 0) * d);
  for (const { firstSample, offsets, indices, ...pooled } of chunks) {
    const activations = pooling !== "mean" && steerPooling === "mean" ? pooled.steerValues : pooled.values;
    for (let row = 0; row + 1 < offsets.length; row++) {
      const begin = (firstSample + row) * d;
      for (let k = offsets[row]!; k < offsets[row + 1]!; k++) {
        const [activation, from] = [activations[k]!, placeOf[indices[k]!]! * d];
        for (let j = 0; j < d; j++) values[begin + j]! += activation * decoder[from + j]!;
      }
    }
  }
  return { d, values };
}
