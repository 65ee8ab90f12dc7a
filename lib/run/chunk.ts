import { columnOf, listColumnOf, readColumns, writeColumns } from "../files/columns";
import type { PooledRows } from "../statistics/moments";

/** The pooled activations of one layer for samples `firstSample`, `firstSample + 1`, ... of a run. */
export interface Chunk extends PooledRows {
  readonly firstSample: number;
}

/**
 * The Arrow IPC file of one layer and chunk: columns `sample` (uint32), `indices` (list of uint32), `values` (list of
 * float32), and `steerValues` where coefficients are pooled otherwise than correlations.
 */
export function chunkToArrow({ firstSample, offsets, indices, values, steerValues }: Chunk): Uint8Array {
  const columns = {
    sample: Uint32Array.from({ length: offsets.length - 1 }, (_, row) => firstSample + row),
    indices: { offsets, values: indices },
    values: { offsets, values },
  };
  return writeColumns(
    steerValues === values ? columns : { ...columns, steerValues: { offsets, values: steerValues } },
    {},
  );
}

/** @throws ERR_FILE_FORMAT when `bytes` is not such a file; `path` is for the message */
export function chunkFromArrow(bytes: Uint8Array, path: string): Chunk {
  const { table } = readColumns(bytes, path, ["sample", "indices", "values"], []);
  const { offsets, values: indices } = listColumnOf(table, "indices");
  const values = listColumnOf(table, "values").values as Float32Array;
  const steer = table.getChild("steerValues") === null ? values : listColumnOf(table, "steerValues").values;
  return {
    firstSample: columnOf(table, "sample")[0] ?? 0,
    offsets,
    indices: indices as Uint32Array,
    values,
    steerValues: steer as Float32Array,
  };
}
