import { DEFAULT_ALIGNMENT, GGUF_TYPE as TYPE, paddingAfter } from "../../lib/files/gguf-layout";
import { ggufArray as array, f32, u32, u64 } from "../../lib/files/gguf-writer";

export { array, f32, TYPE, u32, u64 };

/** A GGUF file in pieces that can be changed and put together again: ggml/include/gguf.h says how it is laid out. */
export interface Layout {
  version: number;
  /** Of the data. */
  alignment: number;
  entries: Entry[];
  tensors: Tensor[];
  /** What the header says of their numbers, where that is to differ. */
  nEntries?: bigint;
  nTensors?: bigint;
}

/** A key and its value; `value` is the bytes behind the type, those of an array its element type and length too. */
export interface Entry {
  key: string;
  type: number;
  value: Buffer;
}

export interface Tensor {
  name: string;
  extents: bigint[];
  type: number;
  data: Buffer;
  /** Where the header says that the data lie, where that is to differ. */
  offset?: bigint;
}

/** Bytes of a value of each type; strings and arrays have none of their own. */
const WIDTHS = [1, 1, 2, 2, 4, 4, 4, 1, undefined, undefined, 8, 8, 8];

export function widthOf(type: number): number | undefined {
  return WIDTHS[type];
}

/** Elements and bytes of a block of each tensor type: ggml/src/ggml-common.h. */
const BLOCKS: Readonly<Record<number, readonly [number, number]>> = {
  ...{ 0: [1, 4], 1: [1, 2], 2: [32, 18], 3: [32, 20], 6: [32, 22], 7: [32, 24], 8: [32, 34], 9: [32, 36] },
  ...{ 10: [256, 84], 12: [256, 144], 14: [256, 210], 15: [256, 292], 16: [256, 66], 20: [32, 18], 24: [1, 1] },
  ...{ 26: [1, 4], 27: [1, 8], 28: [1, 8], 30: [1, 2], 34: [256, 54], 39: [32, 17] },
};
const MOST_DATA = 2 ** 22;

/** Makes the data as long as type and extents say, so that a reader gets past the check of that. */
export function fitData(tensor: Tensor): void {
  const [elements, bytes] = BLOCKS[tensor.type] ?? [1, 4];
  const size = (Number(tensor.extents.reduce((product, extent) => product * extent, 1n)) / elements) * bytes;
  if (Number.isInteger(size) && size <= MOST_DATA)
    tensor.data = Buffer.alloc(size, tensor.data.length > 0 ? tensor.data : 0);
}

export function parse(bytes: Buffer): Layout {
  let at = 4;
  const u32 = () => bytes.readUInt32LE((at += 4) - 4);
  const u64 = () => bytes.readBigUInt64LE((at += 8) - 8);
  const text = () => {
    const length = Number(u64());
    return bytes.toString("latin1", at, (at += length)); // so that any bytes come back as they were
  };
  const skip = (type: number) => {
    if (type === TYPE.string) text();
    else at += widthOf(type)!;
  };
  const version = u32();
  const nTensors = Number(u64());
  const nEntries = Number(u64());
  const entries = Array.from({ length: nEntries }, () => {
    const key = text();
    const type = u32();
    const begin = at;
    if (type === TYPE.array) {
      const element = u32();
      for (let n = Number(u64()); n > 0; n--) skip(element);
    } else {
      skip(type);
    }
    return { key, type, value: bytes.subarray(begin, at) };
  });
  const infos = Array.from({ length: nTensors }, () => {
    const name = text();
    const extents = Array.from({ length: u32() }, u64);
    return { name, extents, type: u32(), offset: Number(u64()) };
  });
  const data = at + paddingAfter(at, DEFAULT_ALIGNMENT);
  const tensors = infos.map(({ offset, ...tensor }, i) => {
    const end = infos[i + 1]?.offset ?? bytes.length - data;
    return { ...tensor, data: bytes.subarray(data + offset, data + end) };
  });
  return { version, alignment: DEFAULT_ALIGNMENT, entries, tensors };
}

export function write(layout: Layout): Buffer {
  const padding = (size: number) => Buffer.alloc(paddingAfter(size, layout.alignment));
  const data = layout.tensors.flatMap((tensor) => [tensor.data, padding(tensor.data.length)]);
  return Buffer.concat([header(layout), ...data]);
}

function header({ version, alignment, entries, tensors, nEntries, nTensors }: Layout): Buffer {
  const pieces = [
    Buffer.from("GGUF"),
    u32(version),
    u64(nTensors ?? BigInt(tensors.length)),
    u64(nEntries ?? BigInt(entries.length)),
    ...entries.flatMap(({ key, type, value }) => [string(key), u32(type), value]),
  ];
  let offset = 0n;
  for (const { name, extents, type, data, offset: said = offset } of tensors) {
    pieces.push(string(name), u32(extents.length), ...extents.map(u64), u32(type), u64(said));
    offset += BigInt(data.length + paddingAfter(data.length, alignment));
  }
  const bytes = Buffer.concat(pieces);
  return Buffer.concat([bytes, Buffer.alloc(paddingAfter(bytes.length, alignment))]);
}

/** With its length in front. */
export function string(latin1: string): Buffer {
  const bytes = Buffer.from(latin1, "latin1");
  return Buffer.concat([u64(BigInt(bytes.length)), bytes]);
}

/** The elements of an array's value, as far as they go: an earlier change may have made nonsense of it. */
export function elementsOf(value: Buffer): { type: number; elements: Buffer[] } {
  const elements: Buffer[] = [];
  if (value.length < 12) return { type: TYPE.u8, elements };
  const type = value.readUInt32LE();
  let at = 12;
  for (let n = Number(value.readBigUInt64LE(4)); n > 0 && at < value.length; n--) {
    const width = widthOf(type) ?? 8 + (at + 8 <= value.length ? Number(value.readBigUInt64LE(at)) : 0);
    elements.push(value.subarray(at, (at += width)));
  }
  return { type, elements };
}
