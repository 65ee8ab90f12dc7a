import { GGML_F32, GGUF_TYPE, type GgufTensor, paddingAfter } from "./gguf-layout";

const VERSION = 3;

/** A key and its value: the bytes behind the type, those of an array its elements' type and its length too. */
export interface GgufEntry {
  readonly key: string;
  readonly type: number;
  readonly value: Uint8Array;
}

/** A tensor whose data, of so many bytes, are written behind the header. */
export type AnnouncedTensor = Omit<GgufTensor, "offset"> & { readonly sizeBytes: number };

/** A row of float32. */
export interface FloatRow {
  readonly name: string;
  readonly data: Float32Array;
}

/** The bytes of a GGUF file of such rows. */
export function* ggufOfRows(entries: readonly GgufEntry[], rows: readonly FloatRow[]): Generator<Uint8Array> {
  const announced = rows.map(({ name, data }) => ({
    ...{ name, extents: [data.length], type: GGML_F32, sizeBytes: data.byteLength },
  }));
  yield ggufHeader(entries, announced);
  for (const { data } of rows) {
    yield new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    yield Buffer.alloc(paddingAfter(data.byteLength));
  }
}

/** All that comes before the data. Those of each tensor are padded to the alignment, in the order given. */
export function ggufHeader(entries: readonly GgufEntry[], tensors: readonly AnnouncedTensor[]): Buffer {
  const pieces: Uint8Array[] = [Buffer.from("GGUF"), u32(VERSION), u64(tensors.length), u64(entries.length)];
  for (const { key, type, value } of entries) pieces.push(ggufString(key), u32(type), value);
  let offset = 0;
  for (const { name, extents, type, sizeBytes } of tensors) {
    pieces.push(ggufString(name), u32(extents.length), ...extents.map(u64), u32(type), u64(offset));
    offset += sizeBytes + paddingAfter(sizeBytes);
  }
  const bytes = Buffer.concat(pieces);
  return Buffer.concat([bytes, Buffer.alloc(paddingAfter(bytes.length))]);
}

export function textEntry(key: string, text: string): GgufEntry {
  return { key, type: GGUF_TYPE.string, value: ggufString(text) };
}

export function countEntry(key: string, count: number): GgufEntry {
  return { key, type: GGUF_TYPE.u32, value: u32(count) };
}

/** With its length in front. */
export function ggufString(text: string): Buffer {
  const bytes = Buffer.from(text);
  return Buffer.concat([u64(bytes.length), bytes]);
}

export function ggufArray(type: number, elements: readonly Uint8Array[]): Buffer {
  return Buffer.concat([u32(type), u64(elements.length), ...elements]);
}

/** The bytes of an int32, too. */
export function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value >>> 0);
  return bytes;
}

export function u64(value: number | bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt.asUintN(64, BigInt(value)));
  return bytes;
}

export function f32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value);
  return bytes;
}
