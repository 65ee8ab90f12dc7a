/** Structs of Thrift's compact protocol that can be changed and written again: thrift-compact-protocol.md of Apache Thrift. */
export interface Struct {
  fields: Field[];
}

export interface Field extends Item {
  id: number;
}

/** A value with its type. */
export interface Item {
  type: number;
  /** Of integers of any width a bigint, of what is not looked into its bytes. */
  value: boolean | bigint | Buffer | Item[] | Struct;
}

export const [TRUE, FALSE, I16, I32, I64, DOUBLE, BINARY, LIST, STRUCT] = [1, 2, 4, 5, 6, 7, 8, 9, 12] as const;
const INTEGERS: readonly number[] = [I16, I32, I64];
const LONG = 15;

/** A struct and where it ends. */
export function parseStruct(bytes: Buffer, begin = 0): { struct: Struct; end: number } {
  const reader = new Reader(bytes, begin);
  const struct = reader.struct();
  return { struct, end: reader.at };
}

export function structBytes({ fields }: Struct): Buffer {
  let last = 0;
  const pieces = fields.flatMap((field) => {
    const delta = field.id - last;
    last = field.id;
    const type = field.type === TRUE || field.type === FALSE ? (field.value === true ? TRUE : FALSE) : field.type;
    const isShort = delta > 0 && delta < 16;
    const header = isShort ? [Buffer.of((delta << 4) | type)] : [Buffer.of(type), varint(zigzag(BigInt(field.id)))];
    return [...header, type === TRUE || type === FALSE ? Buffer.alloc(0) : itemBytes({ ...field, type })];
  });
  return Buffer.concat([...pieces, Buffer.of(0)]);
}

/** The field of a number, if there is one. */
export function fieldOf({ fields }: Struct, id: number): Field | undefined {
  return fields.find((field) => field.id === id);
}

/** All that can be changed, with those that are in others. */
export function itemsOf({ fields }: Struct): Item[] {
  const below = ({ value }: Item): Item[] => {
    if (Array.isArray(value)) return value.flatMap((item) => [item, ...below(item)]);
    return typeof value === "object" && "fields" in value ? itemsOf(value) : [];
  };
  return fields.flatMap((field) => [field, ...below(field)]);
}

class Reader {
  constructor(
    private readonly bytes: Buffer,
    public at: number,
  ) {}

  struct(): Struct {
    const fields: Field[] = [];
    let id = 0;
    for (;;) {
      const byte = this.bytes[this.at++]!;
      const type = byte & 15;
      if (type === 0) return { fields };
      id = byte >> 4 ? id + (byte >> 4) : Number(unzigzag(this.varint()));
      const value = type === TRUE || type === FALSE ? type === TRUE : this.value(type);
      fields.push({ id, type, value });
    }
  }

  private value(type: number): Item["value"] {
    if (INTEGERS.includes(type)) return unzigzag(this.varint());
    if (type === BINARY) return this.take(Number(this.varint()));
    if (type === STRUCT) return this.struct();
    if (type === LIST) return this.list();
    return this.take(type === DOUBLE ? 8 : 1);
  }

  private list(): Item[] {
    const byte = this.bytes[this.at++]!;
    const length = byte >> 4 === LONG ? Number(this.varint()) : byte >> 4;
    return Array.from({ length }, () => ({ type: byte & 15, value: this.value(byte & 15) }));
  }

  private take(length: number): Buffer {
    return this.bytes.subarray(this.at, (this.at += length));
  }

  private varint(): bigint {
    for (let value = 0n, shift = 0n; ; shift += 7n) {
      const byte = this.bytes[this.at++]!;
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return value;
    }
  }
}

function itemBytes({ type, value }: Item): Buffer {
  if (typeof value === "boolean") return Buffer.of(value ? TRUE : FALSE);
  if (typeof value === "bigint") return varint(zigzag(value));
  if (Buffer.isBuffer(value)) return type === BINARY ? Buffer.concat([varint(BigInt(value.length)), value]) : value;
  if ("fields" in value) return structBytes(value);
  const kind = value[0]?.type ?? STRUCT;
  const length = value.length < LONG ? [Buffer.of((value.length << 4) | kind)] : [Buffer.of((LONG << 4) | kind)];
  const long = value.length < LONG ? [] : [varint(BigInt(value.length))];
  return Buffer.concat([...length, ...long, ...value.map(itemBytes)]);
}

const zigzag = (value: bigint): bigint => BigInt.asUintN(64, (value << 1n) ^ (value < 0n ? -1n : 0n));
const unzigzag = (value: bigint): bigint => (value >> 1n) ^ -(value & 1n);

function varint(value: bigint): Buffer {
  const bytes: number[] = [];
  for (let left = value; ; left >>= 7n) {
    if (left < 128n) return Buffer.from([...bytes, Number(left)]);
    bytes.push(Number(left & 127n) | 128);
  }
}
