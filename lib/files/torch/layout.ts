import { DTYPE_BYTES } from "../../native/tensor-place";
import { tensorBytes } from "../tensor-bytes";
import type { TorchTensor } from "./values";

/** How a view's elements lie in its storage: rows of columns, in elements. */
export interface Layout {
  readonly offset: number;
  readonly rows: number;
  readonly columns: number;
  /** From one row, and from one column, to the next. */
  readonly rowStride: number;
  readonly columnStride: number;
  /** Its rows are what the view calls columns. */
  readonly transposed: boolean;
}

/**
 * @param bytes of the storage
 * @throws RangeError when it lies outside of its storage, elements share a place, or more than two axes do not lie in order
 */
export function layoutOf({ storage, offset, shape, strides }: TorchTensor, bytes: number): Layout {
  const { dtype, length } = storage;
  if (length * DTYPE_BYTES[dtype] !== bytes)
    throw new RangeError(`its ${length} elements of ${dtype} have ${bytes} bytes`);
  const size = tensorBytes(dtype, shape);
  if (shape.length !== strides.length || Number.isNaN(size))
    throw new RangeError(`it has the shape ${shape.join(" x ")}`);
  const columns = size / DTYPE_BYTES[dtype];
  const whole = { offset, rows: 1, columns, rowStride: columns, columnStride: 1, transposed: false };
  if (columns === 0) return { ...whole, offset: 0 };
  const last = strides.reduce((at, stride, axis) => at + stride * (shape[axis]! - 1), offset);
  if (last >= length) throw new RangeError(`it has an element ${last} of a storage of ${length}`);
  if (isInOrder(shape, strides)) return whole;
  const axes = shape
    .map((extent, axis) => ({ axis, extent, stride: strides[axis]! }))
    .filter(({ extent }) => extent > 1);
  const [inner, outer = { axis: -1, extent: 1, stride: length }, ...more] = axes.sort((a, b) => a.stride - b.stride);
  if (more.length > 0) throw new RangeError("its axes do not lie in order; save it with .contiguous()");
  if (inner!.stride === 0 || outer.stride <= inner!.stride * (inner!.extent - 1)) {
    throw new RangeError("its elements share their places; save it with .clone()");
  }
  return {
    offset,
    ...{ rows: outer.extent, columns: inner!.extent, rowStride: outer.stride, columnStride: inner!.stride },
    transposed: inner!.axis < outer.axis,
  };
}

/** Row-major, without gaps; the stride of an axis of one element means nothing. */
function isInOrder(shape: readonly number[], strides: readonly number[]): boolean {
  let expected = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    if (shape[axis]! > 1 && strides[axis] !== expected) return false;
    expected *= shape[axis]!;
  }
  return true;
}
