// How a GGUF file is laid out: ggml/include/gguf.h.

/** Of values: `gguf_type` there. */
export const GGUF_TYPE = { u8: 0, u32: 4, i32: 5, f32: 6, bool: 7, string: 8, array: 9, u64: 10 } as const;

/** Of tensors: `ggml_type` in ggml.h. */
export const GGML_F32 = 0;

/** What each tensor's data are padded to where a file does not say. */
export const DEFAULT_ALIGNMENT = 32;

/** A tensor of a GGUF file. */
export interface GgufTensor {
  readonly name: string;
  /** The fastest first, as ggml has them. */
  readonly extents: readonly number[];
  /** Of ggml's enum. */
  readonly type: number;
  /** Where its data are, in bytes from where all data begin. */
  readonly offset: number;
}

export function paddingAfter(sizeBytes: number, alignment = DEFAULT_ALIGNMENT): number {
  return Math.ceil(sizeBytes / alignment) * alignment - sizeBytes;
}
