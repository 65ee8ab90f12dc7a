/**
 * Where a file keeps a tensor: its elements lie in one piece, row-major and little-endian. What a container's reader
 * makes of a header; the addon maps the file, and checks all of this against it.
 */
export interface TensorPlace {
  readonly name: string;
  /** As safetensors calls it: "F64", "F32", "F16", "BF16", "I64", "I32", ... */
  readonly dtype: string;
  readonly shape: readonly number[];
  /** Bytes from the beginning of the file to its first element. */
  readonly offset: number;
  readonly path: string;
}
