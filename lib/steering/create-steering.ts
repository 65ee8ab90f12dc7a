import { z } from "zod";
import { checkArguments } from "../arguments/check";
import { finite, float32Array, listOf, shapeOf } from "../arguments/kinds";
import { integer } from "../options/kinds";
import { invalidArgument } from "../errors";
import type { NativeSteering } from "../native/addon";
import { loadAddon } from "../native/load";

/** One vector to add to the residual stream, [n_embd]. `layer` is a block index: -1 is the input of block 0. */
export interface LayerVector {
  layer: number;
  vector: Float32Array;
}

/** Which layers there are is the model's to say. */
const layerVector = shapeOf(
  { layer: integer(-(2 ** 31), 2 ** 31 - 1), vector: float32Array() },
  "a layer and its vector",
);
const steeringArguments = z.object({ vectors: listOf(layerVector, "a list of vectors"), scale: finite() });

/**
 * An immutable steering value for branches of runs: `vector * scale` is added at each layer, from the last prompt token on.
 * Nothing on a model or an engine is set and later unset.
 *
 * @throws TypeError `ERR_INVALID_ARGUMENT` for vectors of different lengths or a layer named twice
 * @throws SteeringError `ERR_NON_FINITE`
 */
export function createSteering(vectors: readonly LayerVector[], scale = 1): NativeSteering {
  checkArguments(steeringArguments, { vectors, scale });
  const nEmbd = vectors[0]?.vector.length ?? 0;
  if (nEmbd === 0) throw invalidArgument("vectors", "at least one vector", vectors);
  const packed = new Float32Array(vectors.length * nEmbd);
  vectors.forEach(({ vector }, i) => {
    if (vector.length !== nEmbd) throw invalidArgument("vectors", `vectors of ${nEmbd} values`, vector.length);
    packed.set(scale === 1 ? vector : vector.map((value) => value * scale), i * nEmbd);
  });
  return loadAddon().createSteering({ nEmbd, layers: Int32Array.from(vectors, ({ layer }) => layer), vectors: packed });
}
