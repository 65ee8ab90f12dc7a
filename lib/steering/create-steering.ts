import { z } from "zod";
import { checkArguments } from "../arguments/check";
import { float32Array, listOf, shapeOf } from "../arguments/kinds";
import { invalidArgument } from "../errors";
import { integer } from "../options/kinds";
import { type LayerVector, Steering } from "./steering";

/** Which layers there are is the model's to say. */
const layerVector = shapeOf(
  { layer: integer(-(2 ** 31), 2 ** 31 - 1), vector: float32Array() },
  "a layer and its vector",
);
const steeringArguments = z.object({ vectors: listOf(layerVector, "a list of vectors") });

/**
 * Steering by hand: each vector is added to the output of its layer, from the last prompt token on.
 *
 * @throws TypeError `ERR_INVALID_ARGUMENT` for no vector, vectors of different lengths or a layer named twice
 * @throws SteeringError `ERR_NON_FINITE`
 */
export function createSteering(vectors: readonly LayerVector[]): Steering {
  checkArguments(steeringArguments, { vectors });
  const nEmbd = vectors[0]?.vector.length ?? 0;
  if (nEmbd === 0) throw invalidArgument("vectors", "at least one vector", vectors);
  const stray = vectors.find(({ vector }) => vector.length !== nEmbd);
  if (stray) throw invalidArgument("vectors", `vectors of ${nEmbd} values`, stray.vector.length);
  return Steering.of(vectors.map(({ layer, vector }) => ({ layer, vector: vector.slice() })));
}
