import { z } from "zod";
import { checkArguments } from "../arguments/check";
import { float32Array, instanceOf } from "../arguments/kinds";
import { integer } from "../options/kinds";
import type { Reconstruction } from "../sae/reconstruction";
import { added } from "./operation";
import { Steering } from "./steering";

const replaceArguments = z.object({
  layer: integer(-1),
  by: z.union(
    [float32Array(), instanceOf<Reconstruction>("a Reconstruction", { native: "object", measure: "function" })],
    "a row, or a Reconstruction",
  ),
});

/**
 * Rows of a layer are replaced: by one row [n_embd] (zeros, or a mean: ablation), or each as an SAE gives it back, so that
 * what the model says from there on is what the SAE has kept (splice). `scaled(0.5)` goes half the way. From the last prompt
 * token on, unless told otherwise; nothing else is done at the layer.
 *
 * @param layer a block index, of whose output they are; -1 is the input of block 0
 * @throws TypeError `ERR_INVALID_ARGUMENT`
 */
export function replaceRows(layer: number, by: Float32Array | Reconstruction): Steering {
  checkArguments(replaceArguments, { layer, by });
  if ("native" in by) {
    const unused = new Float32Array(by.config.dModel);
    return Steering.of([{ ...added(layer, unused), replace: by.native }]);
  }
  return Steering.of([{ ...added(layer, by.slice()), replace: "vector" }]);
}
