import type { SteeringError } from "../errors";
import type { Dtype, TensorPlace } from "../native/tensor-place";
import { formatError } from "./format-error";
import { readSpan, type Span } from "./span";
import { tensorBytes } from "./tensor-bytes";

const MAGIC = "\x93NUMPY";
/** As NumPy's own reader has it. */
const MAX_HEADER = 10_000;
/** The magic, the version and a length of 32 bits. */
const PREFIX = 12;

const DTYPES: Readonly<Record<string, Dtype>> = {
  ...{ "<f2": "F16", "<f4": "F32", "<f8": "F64", "|b1": "BOOL" },
  ...{ "|i1": "I8", "<i2": "I16", "<i4": "I32", "<i8": "I64" },
  ...{ "|u1": "U8", "<u2": "U16", "<u4": "U32", "<u8": "U64" },
};

/**
 * Where the array of an .npy file, version 1 to 3, lies (numpy/lib/format.py).
 * @throws ERR_FILE_FORMAT when the span is none, or its elements are not plain little-endian numbers
 */
export async function npyPlace(name: string, span: Span): Promise<TensorPlace> {
  const refuse = (reason: string): SteeringError => formatError(span.path, `array ${name}: ${reason}`);
  const start = await readSpan(span, PREFIX + MAX_HEADER);
  if (start.length < PREFIX || start.toString("latin1", 0, MAGIC.length) !== MAGIC) throw refuse("not an .npy file");
  const version = start[6]!;
  if (version < 1 || version > 3) throw refuse(`version ${version} of .npy is not known`);
  const [begin, length] = version === 1 ? [PREFIX - 2, start.readUInt16LE(8)] : [PREFIX, start.readUInt32LE(8)];
  if (length > MAX_HEADER || begin + length > start.length) throw refuse(`its header of ${length} bytes is too long`);
  const header = parseHeader(start.toString("utf8", begin, begin + length));
  if (!header) throw refuse("its header is not that of an array of numbers");
  const { descr, isFortran, shape } = header;
  const dtype = DTYPES[descr];
  if (!dtype) throw refuse(`its elements are ${descr}: ${adviceOn(descr)}`);
  const size = span.size - begin - length;
  if (tensorBytes(dtype, shape) !== size) throw refuse(`[${shape.join(", ")}] of ${dtype} has not ${size} bytes`);
  const transposed = isFortran && shape.length > 1;
  if (transposed && shape.length > 2) throw refuse(`it has ${shape.length} axes in the order of Fortran`);
  return { name, path: span.path, offset: span.offset + begin + length, dtype, shape, transposed };
}

function adviceOn(descr: string): string {
  if (descr.startsWith(">")) return 'big-endian; save it with .astype("<f4")';
  if (descr.startsWith("|O")) return "Python objects, which are not read";
  return "expected floats, integers or booleans";
}

interface Header {
  readonly descr: string;
  readonly isFortran: boolean;
  readonly shape: readonly number[];
}

/** The Python literal that NumPy writes, its keys in order. */
const HEADER =
  /^\{'descr': ?'([^'\\]*)', ?'fortran_order': ?(True|False), ?'shape': ?\((|\d+,|\d+(?:, ?\d+)+,?)\),? ?\}\s*$/;

function parseHeader(text: string): Header | undefined {
  const [, descr, order, extents] = HEADER.exec(text) ?? [];
  if (descr === undefined) return undefined;
  return { descr, isFortran: order === "True", shape: (extents!.match(/\d+/g) ?? []).map(Number) };
}
