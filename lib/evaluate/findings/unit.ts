import type { NullSummary } from "../evaluation";

/** What a ranking's null is told by: layers, or SAEs where several are of one. */
export function unitOf(layers: NullSummary["layers"]): "layer" | "SAE" {
  return new Set(layers.map(({ layer }) => layer)).size === layers.length ? "layer" : "SAE";
}
