import { SteeringError } from "../errors";
import type { ListColumn } from "./columns";
import { FlatTable } from "./flatbuffer";

const ARRAYS = { uint32: Uint32Array, float32: Float32Array, float64: Float64Array };
type Arrays = typeof ARRAYS;
type ElementType = keyof Arrays;

/** One column as the schema and the record batch tell of it. */
interface Stored {
  readonly type: string;
  readonly nodes: readonly number[][];
  readonly buffers: readonly number[][];
}

const MAGIC = "ARROW1";
const ROW_BATCH = 3;
/** Of union `Type` in Schema.fbs. */
const [INT, FLOAT, LIST] = [2, 3, 12];
/** Of a message: that its length follows, and the length. */
const PREFIX = 8;

/**
 * The columns of an Arrow IPC file as `writeColumns` makes them: one record batch, no nulls, numbers and lists of numbers
 * (format/File.fbs, Schema.fbs and Message.fbs of Apache Arrow). Whatever the bytes say, reading stays within them: the
 * reader of `apache-arrow` takes lengths on trust, and time and memory for what they claim.
 */
export class StoredColumns {
  private constructor(
    private readonly path: string,
    private readonly body: Uint8Array,
    /** Rows. */
    readonly length: number,
    private readonly columns: ReadonlyMap<string, Stored>,
    private readonly metadata: ReadonlyMap<string, string>,
  ) {}

  /** @throws ERR_FILE_FORMAT with `path` when `bytes` is no such file */
  static read(bytes: Uint8Array, path: string): StoredColumns {
    try {
      return StoredColumns.parse(bytes, path);
    } catch (cause) {
      const reason = (cause as Error).message;
      throw new SteeringError("ERR_FILE_FORMAT", `${path}: not an Arrow IPC file (${reason})`, { path }, { cause });
    }
  }

  private static parse(bytes: Uint8Array, path: string): StoredColumns {
    const end = bytes.length - MAGIC.length;
    const [head, tail] = [bytes.subarray(0, MAGIC.length), bytes.subarray(end)];
    if (Buffer.compare(head, tail) !== 0 || Buffer.from(head).toString() !== MAGIC) throw new RangeError("no ARROW1");
    const footerSize = new DataView(bytes.buffer, bytes.byteOffset).getUint32(end - 4, true);
    const footer = FlatTable.root(within(bytes, end - 4 - footerSize, footerSize));
    const [block, ...more] = footer.structs(3, 3);
    if (!block || more.length > 0) throw new RangeError("expected one record batch");
    const [offset, sizes, bodySize] = block as [number, number, number];
    const metaSize = sizes % 2 ** 32; // an int32, and padding
    const message = FlatTable.root(within(bytes, offset + PREFIX, metaSize - PREFIX));
    if (message.uint8(1) !== ROW_BATCH) throw new RangeError("expected a record batch");
    const batch = message.table(2);
    if (batch.has(3)) throw new RangeError("it is compressed");
    const [nodes, buffers] = [batch.structs(1, 2), batch.structs(2, 2)];
    const schema = footer.table(1);
    const columns = new Map<string, Stored>();
    for (const field of schema.tables(1)) {
      const type = typeOf(field);
      const depth = type.startsWith("list of ") ? 2 : 1;
      columns.set(field.text(0), { type, nodes: nodes.splice(0, depth), buffers: buffers.splice(0, 2 * depth) });
    }
    const metadata = new Map(schema.tables(2).map((pair) => [pair.text(0), pair.text(1)]));
    const body = within(bytes, offset + metaSize, bodySize);
    return new StoredColumns(path, body, batch.int64(0), columns, metadata);
  }

  has(name: string): boolean {
    return this.columns.has(name);
  }

  /** @throws ERR_FILE_FORMAT where there is none of this name and type, or not one value for each row */
  column<T extends ElementType>(name: string, type: T): InstanceType<Arrays[T]> {
    const { nodes, buffers } = this.find(name, type);
    return this.values(name, type, nodes[0], buffers[1], this.length);
  }

  /** @throws ERR_FILE_FORMAT where there is none of this name and type, or its offsets do not part its values */
  list<T extends ElementType>(name: string, type: T): ListColumn<InstanceType<Arrays[T]>> {
    const { nodes, buffers } = this.find(name, `list of ${type}`);
    const [rows, items] = nodes;
    if (rows?.[0] !== this.length || rows[1] !== 0) throw this.wrong(name, `${this.length} lists, none of them null`);
    const values = this.values(name, type, items, buffers[3], items?.[0] ?? 0);
    const offsets = this.array(name, "uint32", buffers[1], this.length + 1);
    const parts = offsets[0] === 0 && offsets.every((end, i) => i === 0 || end >= offsets[i - 1]!);
    if (!parts || offsets.at(-1)! > values.length) throw this.wrong(name, `offsets that part ${values.length} values`);
    return { offsets, values: values.subarray(0, offsets.at(-1)) as typeof values };
  }

  /** Metadata that is a number. @throws ERR_FILE_FORMAT where there is none, or it is not finite */
  number(name: string): number {
    const text = this.metadata.get(name);
    if (text !== undefined && text !== "" && Number.isFinite(Number(text))) return Number(text);
    throw this.wrong(name, "a number");
  }

  wrong(name: string, expected: string): SteeringError {
    const path = this.path;
    return new SteeringError("ERR_FILE_FORMAT", `${path}: ${name}: expected ${expected}`, { path, name, expected });
  }

  private find(name: string, type: string): Stored {
    const stored = this.columns.get(name);
    if (stored?.type === type) return stored;
    throw this.wrong(name, `a column of ${type}, found ${stored?.type ?? "none"}`);
  }

  private values<T extends ElementType>(
    name: string,
    type: T,
    node: readonly number[] | undefined,
    buffer: readonly number[] | undefined,
    length: number,
  ): InstanceType<Arrays[T]> {
    if (node?.[0] !== length || node[1] !== 0) throw this.wrong(name, `${length} values, none of them null`);
    return this.array(name, type, buffer, length);
  }

  /** A view where the bytes lie as its type wants them, else a copy. */
  private array<T extends ElementType>(
    name: string,
    type: T,
    [offset = NaN, size = NaN]: readonly number[] = [],
    length: number,
  ): InstanceType<Arrays[T]> {
    const array = ARRAYS[type];
    const wanted = length * array.BYTES_PER_ELEMENT;
    const isThere = length >= 0 && offset >= 0 && wanted <= size && offset + wanted <= this.body.length;
    if (!isThere) throw this.wrong(name, `${length} values of ${type}`);
    const bytes = this.body.subarray(offset, offset + wanted);
    const { buffer, byteOffset } = bytes.byteOffset % array.BYTES_PER_ELEMENT === 0 ? bytes : Uint8Array.from(bytes);
    return new array(buffer as ArrayBuffer, byteOffset, length) as InstanceType<Arrays[T]>;
  }
}

function within(bytes: Uint8Array, begin: number, size: number): Uint8Array {
  if (begin < 0 || size < 0 || begin + size > bytes.length) throw new RangeError("a part lies outside of it");
  return bytes.subarray(begin, begin + size);
}

/** In words, as messages have it; anything that is not ours is "another type". */
function typeOf(field: FlatTable): string {
  const [kind, type] = [field.uint8(2), field.table(3)];
  if (field.has(4)) return "another type"; // a dictionary
  if (kind === INT) return type.int32(0) === 32 && type.uint8(1) === 0 ? "uint32" : "another type";
  if (kind === FLOAT) return ["float16", "float32", "float64"][type.int16(0)] ?? "another type";
  const [item, ...more] = kind === LIST ? field.tables(5) : [];
  return item && more.length === 0 && item.uint8(2) !== LIST ? `list of ${typeOf(item)}` : "another type";
}
