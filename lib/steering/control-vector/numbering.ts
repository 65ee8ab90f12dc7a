import { oneOf } from "../../options/kinds";
import { option } from "../../options/option";

const NUMBERINGS = ["llama.cpp", "cvector-generator"] as const satisfies readonly Numbering[];

/**
 * Which layer a vector `direction.k` is of, block indices from 0. "llama.cpp": k, to whose output llama.cpp adds it and
 * repeng measures it. "cvector-generator": k - 1, at whose output llama.cpp's own generator measures it.
 * llama.cpp 0.5.0, src/llama-adapter.cpp, `apply`; tools/cvector-generator/pca.hpp, `run_pca`
 */
export type Numbering = "llama.cpp" | "cvector-generator";

export const numberingOption = option(
  "whose count of layers: llama.cpp adds direction.k to the output of block k, its cvector-generator measures it one block before",
  oneOf(NUMBERINGS).default("llama.cpp"),
);

/** The layer of `direction.k` less k. */
export function layerLess(numbering: Numbering): number {
  return numbering === "llama.cpp" ? 0 : -1;
}
