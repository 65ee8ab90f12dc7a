import type { RunManifest } from "../../lib/run/manifest";
import { saeId } from "./sae-id";

export function manifest(changes: Partial<RunManifest> = {}): RunManifest {
  return {
    format: 2,
    versions: { corrsteer: "0.1.0", llamaCpp: "0.5.0" },
    model: { name: "tiny", architecture: "llama", nEmbd: 4, nLayer: 3, sha256: "a".repeat(64) },
    saes: [
      { id: saeId(1), layer: 1, site: "resid_post", dModel: 4, dSae: 6, encoder: {}, weights: "b".repeat(64) },
      { id: saeId(2), layer: 2, site: "resid_post", dModel: 4, dSae: 6, encoder: {}, weights: "c".repeat(64) },
    ],
    saeWeightType: "f32",
    convention: "sae",
    task: { name: "sums", kind: "generation", scorer: "exact-match", constrained: false, maxTokens: 8, stop: ["\n"] },
    samples: { n: 7, sha256: "d".repeat(64) },
    keep: "sparse",
    positions: "generated",
    products: "llama.cpp",
    pooling: "max",
    steerPooling: "max",
    chunkSamples: 3,
    environment: {},
    ...changes,
  };
}
