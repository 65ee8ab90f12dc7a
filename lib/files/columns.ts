import {
  Field,
  Float32,
  Float64,
  List,
  makeData,
  RecordBatch,
  Schema,
  Struct,
  Table,
  tableFromIPC,
  tableToIPC,
  Uint32,
  type Data,
} from "apache-arrow";
import { SteeringError } from "../errors";

export type Column = Uint32Array | Float32Array | Float64Array;

/** A ragged column: row i holds `values[offsets[i]]` to `values[offsets[i + 1]]`. */
export interface ListColumn {
  readonly offsets: Uint32Array;
  readonly values: Column;
}

/** The Arrow IPC file of columns of equal length, one record batch, with text metadata in its schema. */
export function writeColumns(
  columns: Readonly<Record<string, Column | ListColumn>>,
  metadata: Readonly<Record<string, string>>,
): Uint8Array {
  const data = Object.values(columns).map((column) => ("offsets" in column ? listData(column) : columnData(column)));
  const fields = Object.keys(columns).map((name, i) => new Field(name, data[i]!.type, false));
  const schema = new Schema(fields, new Map(Object.entries(metadata)));
  const length = data[0]?.length ?? 0;
  const struct = makeData({ type: new Struct(fields), length, nullCount: 0, children: data });
  return tableToIPC(new Table(schema, [new RecordBatch(schema, struct)]), "file");
}

/** @throws ERR_FILE_FORMAT when `bytes` is no Arrow file, or lacks one of the columns or metadata */
export function readColumns<K extends string>(
  bytes: Uint8Array,
  path: string,
  columns: readonly string[],
  metadata: readonly K[],
): { table: Table; metadata: Record<K, string> } {
  const table = parse(bytes, path);
  const missing =
    columns.find((name) => table.getChild(name) === null) ?? metadata.find((name) => !table.schema.metadata.has(name));
  if (missing !== undefined) {
    throw new SteeringError("ERR_FILE_FORMAT", `${path}: expected ${missing}, which the file does not have`, {
      path,
      missing,
    });
  }
  return { table, metadata: Object.fromEntries(table.schema.metadata) as Record<K, string> };
}

/** The values of a column that `readColumns` has checked to be there. */
export function columnOf(table: Table, name: string): Column {
  return (table.getChild(name)?.toArray() ?? new Float64Array()) as Column;
}

/** The values of a list column that `readColumns` has checked to be there. Buffers in a file are padded: cut to length. */
export function listColumnOf(table: Table, name: string): ListColumn {
  const data = table.getChild(name)?.data[0] as Data<List> | undefined;
  if (data === undefined) return { offsets: Uint32Array.of(0), values: new Float32Array() };
  const offsets = Uint32Array.from((data.valueOffsets as Int32Array).subarray(0, data.length + 1));
  const values = data.children[0]!.values as Column;
  return { offsets, values: values.subarray(0, offsets[data.length]) };
}

function parse(bytes: Uint8Array, path: string): Table {
  try {
    return tableFromIPC(bytes);
  } catch (cause) {
    throw new SteeringError("ERR_FILE_FORMAT", `${path}: not an Arrow IPC file`, { path }, { cause });
  }
}

/** Types go by name: an array of the addon is no `instanceof` of another realm's class. */
const TYPES = { Uint32Array: new Uint32(), Float32Array: new Float32(), Float64Array: new Float64() };

function columnData(data: Column): Data {
  const type = TYPES[data[Symbol.toStringTag]] as Float64; // one of the three, with data to match
  return makeData({ type, length: data.length, nullCount: 0, data: data as Float64Array });
}

function listData({ offsets, values }: ListColumn): Data {
  const child = columnData(values);
  return makeData({
    type: new List(new Field("item", child.type, false)),
    length: offsets.length - 1,
    nullCount: 0,
    valueOffsets: Int32Array.from(offsets),
    child,
  });
}
