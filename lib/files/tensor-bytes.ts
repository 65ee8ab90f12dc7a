import { type Dtype, DTYPE_BYTES } from "../native/tensor-place";

/** Bytes of a tensor; NaN for a shape whose size no file can have. */
export function tensorBytes(dtype: Dtype, shape: readonly number[]): number {
  const size = shape.reduce((product, extent) => product * extent, DTYPE_BYTES[dtype]);
  return [...shape, size].every((count) => Number.isSafeInteger(count) && count >= 0) ? size : NaN;
}
