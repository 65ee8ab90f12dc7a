import { invalidArgument } from "../errors";
import { writeFileAtomically } from "./atomic-write";
import { tensorBytes } from "./tensor-bytes";

/**
 * A tensor to write, row-major. F32 data is a Float32Array, I32 data an Int32Array, F16 and BF16 data their bits in a
 * Uint16Array; pieces are written in order.
 */
export interface Tensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: TensorData | Iterable<TensorData>;
  readonly dtype: keyof typeof ARRAYS;
}

type TensorData = Float32Array | Int32Array | Uint16Array;

/** By name: an array of the addon is no `instanceof` of another realm's class. */
const ARRAYS = { F32: "Float32Array", I32: "Int32Array", F16: "Uint16Array", BF16: "Uint16Array" };

/**
 * The bytes of a safetensors file: header length (u64, little-endian), JSON header padded with spaces so that data is 8-byte
 * aligned, then the tensors in the order given. https://huggingface.co/docs/safetensors, "Format"
 * @throws ERR_INVALID_ARGUMENT when a tensor's data is not of its dtype or does not fill its shape
 */
export function* safetensorsFile(
  tensors: readonly Tensor[],
  metadata: Readonly<Record<string, string>> = {},
): Generator<Uint8Array> {
  yield header(tensors, metadata);
  for (const { name, dtype, shape, data } of tensors) {
    const expected = tensorBytes(dtype, shape);
    let actual = 0;
    for (const piece of isTensorData(data) ? [data] : data) {
      if (piece[Symbol.toStringTag] !== ARRAYS[dtype]) throw invalidArgument(name, `a ${ARRAYS[dtype]}`, piece);
      actual += piece.byteLength;
      yield littleEndian(piece);
    }
    if (actual !== expected) {
      throw invalidArgument(name, `${expected} bytes of data for shape [${shape.join(", ")}]`, `${actual} bytes`);
    }
  }
}

/** Writes such a file. @throws ERR_FILE_WRITE; as `safetensorsFile`: there is no file then */
export async function writeSafetensors(
  path: string,
  tensors: readonly Tensor[],
  metadata: Readonly<Record<string, string>> = {},
): Promise<void> {
  await writeFileAtomically(path, safetensorsFile(tensors, metadata));
}

function header(tensors: readonly Tensor[], metadata: Readonly<Record<string, string>>): Uint8Array {
  let offset = 0;
  const entries = tensors.map(({ name, dtype, shape }) => {
    const begin = offset;
    offset += tensorBytes(dtype, shape);
    return [name, { dtype, shape, data_offsets: [begin, offset] }] as const;
  });
  const names = entries.map(([name]) => name);
  const repeated = names.find((name, i) => name === "__metadata__" || names.indexOf(name) !== i);
  if (repeated !== undefined)
    throw invalidArgument("tensors", "names that differ, none of them __metadata__", repeated);
  const json = Buffer.from(JSON.stringify({ __metadata__: metadata, ...Object.fromEntries(entries) }));
  const padded = Buffer.alloc(8 + Math.ceil(json.length / 8) * 8, " ");
  padded.writeBigUInt64LE(BigInt(padded.length - 8));
  json.copy(padded, 8);
  return padded;
}

function isTensorData(data: Tensor["data"]): data is TensorData {
  return ArrayBuffer.isView(data);
}

/** Every platform that llama.cpp ships for is little-endian, as the format is: the bytes as they lie. */
function littleEndian(piece: TensorData): Uint8Array {
  return new Uint8Array(piece.buffer, piece.byteOffset, piece.byteLength);
}
