/** What a model is measured by. */
export interface Shape {
  readonly architecture: "gemma2" | "gemma3" | "llama";
  readonly nLayer: number;
  readonly nEmbd: number;
  readonly nHead: number;
  readonly nHeadKv: number;
  readonly headSize: number;
  readonly nFf: number;
  readonly nVocab: number;
  readonly contextTokens: number;
}

/** A model and the SAEs for it, by their names in the catalogue and on the hub. */
interface Subject {
  readonly shape: Shape;
  /** A repository with its GGUF files, and what their names begin with. */
  readonly repository: string;
  readonly file: string;
  readonly saes: string;
}

export const SUBJECTS: Readonly<Record<string, Subject>> = {
  "gemma-2-2b": {
    shape: {
      ...{ architecture: "gemma2", nLayer: 26, nEmbd: 2304, nHead: 8, nHeadKv: 4, headSize: 256 },
      ...{ nFf: 9216, nVocab: 256_000, contextTokens: 8192 },
    },
    repository: "bartowski/gemma-2-2b-it-GGUF",
    file: "gemma-2-2b-it",
    saes: "gemma-scope-2b-pt-res-canonical",
  },
  "llama-3.1-8b": {
    shape: {
      ...{ architecture: "llama", nLayer: 32, nEmbd: 4096, nHead: 32, nHeadKv: 8, headSize: 128 },
      ...{ nFf: 14_336, nVocab: 128_256, contextTokens: 131_072 },
    },
    repository: "QuantFactory/Meta-Llama-3.1-8B-GGUF",
    file: "Meta-Llama-3.1-8B",
    saes: "llama_scope_lxr_8x",
  },
};

/** All layers and heads, every width a part of what it was. */
export function narrowed(shape: Shape, by: number): Shape {
  const { nEmbd, headSize, nFf, nVocab } = shape;
  return { ...shape, nEmbd: nEmbd / by, headSize: headSize / by, nFf: nFf / by, nVocab: nVocab / by };
}
