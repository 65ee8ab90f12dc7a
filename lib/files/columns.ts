/* eslint-disable @typescript-eslint/no-require-imports -- a fifth of the time that a command takes to start, and few write */
import type { Data } from "apache-arrow";

const arrow = () => require("apache-arrow") as typeof import("apache-arrow");

export type Column = Uint32Array | Float32Array | Float64Array;

/** A ragged column: row i holds `values[offsets[i]]` to `values[offsets[i + 1]]`. */
export interface ListColumn<T extends Column = Column> {
  readonly offsets: Uint32Array;
  readonly values: T;
}

/** The Arrow IPC file of columns of equal length, one record batch, with text metadata in its schema. */
export function writeColumns(
  columns: Readonly<Record<string, Column | ListColumn>>,
  metadata: Readonly<Record<string, string>>,
): Uint8Array {
  const { Field, makeData, RecordBatch, Schema, Struct, Table, tableToIPC } = arrow();
  const data = Object.values(columns).map((column) => ("offsets" in column ? listData(column) : columnData(column)));
  const fields = Object.keys(columns).map((name, i) => new Field(name, data[i]!.type, false));
  const schema = new Schema(fields, new Map(Object.entries(metadata)));
  const length = data[0]?.length ?? 0;
  const struct = makeData({ type: new Struct(fields), length, nullCount: 0, children: data });
  return tableToIPC(new Table(schema, [new RecordBatch(schema, struct)]), "file");
}

function columnData(data: Column): Data {
  const { Float32, Float64, makeData, Uint32 } = arrow();
  // Types go by name: an array of the addon is no `instanceof` of another realm's class.
  const types = { Uint32Array: new Uint32(), Float32Array: new Float32(), Float64Array: new Float64() };
  const type = types[data[Symbol.toStringTag]] as InstanceType<typeof Float64>; // one of the three, with data to match
  return makeData({ type, length: data.length, nullCount: 0, data: data as Float64Array });
}

function listData({ offsets, values }: ListColumn): Data {
  const { Field, List, makeData } = arrow();
  const child = columnData(values);
  return makeData({
    type: new List(new Field("item", child.type, false)),
    length: offsets.length - 1,
    nullCount: 0,
    valueOffsets: Int32Array.from(offsets),
    child,
  });
}
