import { z } from "zod";
import { checkArguments } from "../arguments/check";
import { finite, float32Array, listOf, shapeOf } from "../arguments/kinds";
import { invalidArgument } from "../errors";
import { integer, oneOf } from "../options/kinds";
import { added, type Operation, type Reach, reached } from "./operation";
import { Steering } from "./steering";

/** One vector to add to the residual stream, [n_embd]. `layer` is a block index: -1 is the input of block 0. */
export interface LayerVector {
  readonly layer: number;
  readonly vector: Float32Array;
}

/** A score to bring to a threshold at a layer, along a vector. */
export interface LayerReach {
  readonly layer: number;
  readonly reach: Reach;
  /** [n_embd] @default the score's own weights: the shortest way */
  readonly vector?: Float32Array;
}

/** Which layers there are is the model's to say. */
const layer = integer(-(2 ** 31), 2 ** 31 - 1);
const reach = shapeOf(
  { weights: float32Array(), bias: finite().optional(), threshold: finite(), from: oneOf(["above", "below"]) },
  "a score and its threshold",
);
const layerVector = z.union(
  [
    shapeOf({ layer, reach, vector: float32Array().optional() }, "a layer and what to reach there"),
    shapeOf({ layer, vector: float32Array() }, "a layer and its vector"),
  ],
  "a layer, with a vector or a score to reach",
);
const steeringArguments = z.object({ vectors: listOf(layerVector, "a list of vectors") });

/**
 * Steering by hand: at the output of each layer, from the last prompt token on, a vector is added, or a score brought to a
 * threshold.
 *
 * @throws TypeError `ERR_INVALID_ARGUMENT` for no vector, vectors of different lengths, a layer named twice, or a direction
 * that moves no score
 * @throws SteeringError `ERR_NON_FINITE`
 */
export function createSteering(vectors: readonly (LayerVector | LayerReach)[]): Steering {
  checkArguments(steeringArguments, { vectors });
  const lengths = vectors.flatMap((of) => ("reach" in of ? [of.reach.weights.length, of.vector?.length ?? of.reach.weights.length] : [of.vector.length])); // prettier-ignore
  const nEmbd = lengths[0] ?? 0;
  if (nEmbd === 0) throw invalidArgument("vectors", "at least one vector", vectors);
  const stray = lengths.find((length) => length !== nEmbd);
  if (stray !== undefined) throw invalidArgument("vectors", `vectors of ${nEmbd} values`, stray);
  const layers = vectors.map(({ layer }) => layer);
  const repeated = layers.find((layer, i) => layers.indexOf(layer) !== i);
  if (repeated !== undefined) throw invalidArgument("vectors", "each layer once", repeated);
  return Steering.of(vectors.map(operationOf));
}

function operationOf(of: LayerVector | LayerReach): Operation {
  return "reach" in of ? reached(of.layer, of.reach, of.vector) : added(of.layer, of.vector.slice());
}
