import { writeColumns } from "../files/columns";
import { StoredColumns } from "../files/read-columns";
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

/** How many features and samples there are. */
export interface ChunkLimits {
  readonly dSae: number;
  readonly nSamples: number;
}

/** @throws ERR_FILE_FORMAT when `bytes` is not such a file, or not of such a run; `path` is for the message */
export function chunkFromArrow(bytes: Uint8Array, path: string, { dSae, nSamples }: ChunkLimits): Chunk {
  const columns = StoredColumns.read(bytes, path);
  const samples = columns.column("sample", "uint32");
  const { offsets, values: indices } = columns.list("indices", "uint32");
  const floats = (name: string) => {
    const list = columns.list(name, "float32");
    if (list.offsets.every((end, row) => end === offsets[row])) return list.values;
    throw columns.wrong(name, "a value for each of the indices");
  };
  const values = floats("values");
  const steerValues = columns.has("steerValues") ? floats("steerValues") : values;
  const firstSample = samples[0] ?? 0;
  if (!samples.every((sample, row) => sample === firstSample + row) || firstSample + samples.length > nSamples) {
    throw columns.wrong("sample", `samples in order, all below ${nSamples}`);
  }
  if (!indices.every((feature) => feature < dSae)) throw columns.wrong("indices", `features below ${dSae}`);
  return { firstSample, offsets, indices, values, steerValues };
}
