import { join } from "node:path";
import type { SteeringProfile } from "../../lib/steering/profile";
import { manifest } from "./manifest";

/** Written by `npx jiti __tests__/fixtures/make_control_vector.ts`. */
export const CONTROL_VECTOR = join(__dirname, "..", "fixtures", "control-vector.gguf");

/** llama.cpp's logits [20, n_vocab] of one prompt under it, on the fixture llama: `control-vector-test` of the core writes them. */
export const CONTROL_VECTOR_LOGITS = join(__dirname, "..", "fixtures", "control-vector-logits.safetensors");

/** A profile of these layers without features; value j of layer l is sin(64 l + j), so of norm about 5.7. */
export function vectorsProfile(layers: readonly number[], nLayer = 4, nEmbd = 64): SteeringProfile {
  const rows = layers.flatMap((layer) => Array.from({ length: nEmbd }, (_, j) => Math.sin(64 * layer + j)));
  const { model, convention, versions } = manifest();
  return {
    ...{ format: "corrsteer-steering-profile", version: 2, name: "sines", saes: [], features: [] },
    ...{ model: { ...model, architecture: "llama", nLayer, nEmbd }, convention, task: "none", n: 0, versions },
    vectors: { nEmbd, layers: Int32Array.from(layers), rows: Float32Array.from(rows) },
  };
}
