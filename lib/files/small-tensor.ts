import { type Dtype, DTYPE_BYTES, type TensorPlace } from "../native/tensor-place";
import { formatError } from "./format-error";
import { fromBfloat16, fromFloat16 } from "./half";
import { readSpan } from "./span";
import { tensorBytes } from "./tensor-bytes";

/** For biases, thresholds and scalars; the matrices of an SAE are mapped by the addon. */
const MAX_ELEMENTS = 2 ** 22;

const READ: Readonly<Partial<Record<Dtype, (bytes: Buffer, at: number) => number>>> = {
  F64: (bytes, at) => bytes.readDoubleLE(at),
  F32: (bytes, at) => bytes.readFloatLE(at),
  BF16: (bytes, at) => fromBfloat16(bytes.readUInt16LE(at)),
  F16: (bytes, at) => fromFloat16(bytes.readUInt16LE(at)),
  I64: (bytes, at) => Number(bytes.readBigInt64LE(at)),
  I32: (bytes, at) => bytes.readInt32LE(at),
  I16: (bytes, at) => bytes.readInt16LE(at),
  I8: (bytes, at) => bytes.readInt8(at),
  U64: (bytes, at) => Number(bytes.readBigUInt64LE(at)),
  U32: (bytes, at) => bytes.readUInt32LE(at),
  U16: (bytes, at) => bytes.readUInt16LE(at),
  U8: (bytes, at) => bytes.readUInt8(at),
  BOOL: (bytes, at) => Number(bytes.readUInt8(at) !== 0),
};

/** A tensor's values in the order in which they lie. @throws ERR_FILE_FORMAT for one of more than 4 million or of floats of 8 bits */
export async function readNumbers({ name, path, offset, dtype, shape }: TensorPlace): Promise<Float64Array> {
  const size = tensorBytes(dtype, shape);
  const width = DTYPE_BYTES[dtype];
  const read = READ[dtype];
  if (!read) throw formatError(path, `tensor ${name}: ${dtype} is not read`);
  if (!(size <= MAX_ELEMENTS * width)) {
    throw formatError(path, `tensor ${name}: expected at most ${MAX_ELEMENTS} elements, found ${shape.join(" x ")}`);
  }
  const bytes = await readSpan({ path, offset, size });
  return Float64Array.from({ length: size / width }, (_, i) => read(bytes, i * width));
}
