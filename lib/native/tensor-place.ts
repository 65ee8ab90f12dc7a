/** Bytes of an element, by the names that safetensors has for types. */
export const DTYPE_BYTES = {
  ...{ BOOL: 1, U8: 1, I8: 1, F8_E5M2: 1, F8_E4M3: 1, U16: 2, I16: 2, F16: 2, BF16: 2 },
  ...{ U32: 4, I32: 4, F32: 4, U64: 8, I64: 8, F64: 8 },
} as const;

export type Dtype = keyof typeof DTYPE_BYTES;

/** Where a tensor lies in a file: its values, little-endian, one after the other, and nothing between them. */
export interface TensorPlace {
  readonly name: string;
  readonly path: string;
  /** Bytes from the start of the file. */
  readonly offset: number;
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  /** Of a matrix: its columns lie one after the other, not its rows. */
  readonly transposed: boolean;
}
