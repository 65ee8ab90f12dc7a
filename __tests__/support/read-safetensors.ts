import { readFileSync } from "node:fs";
import type { NativeSafetensors } from "../../lib/native/addon";

interface Entry {
  dtype: string;
  shape: number[];
  data_offsets: [number, number];
}

/** A reader by the format's own words, for files of F32 and I32 that tests have written. */
export function readSafetensors(path: string): NativeSafetensors {
  const bytes = readFileSync(path);
  const dataBegin = 8 + Number(bytes.readBigUInt64LE());
  const { __metadata__: metadata, ...entries } = JSON.parse(bytes.toString("utf8", 8, dataBegin)) as Record<
    string,
    Entry
  >;
  const data = (name: string) => {
    const [begin, end] = entries[name]!.data_offsets;
    return bytes.buffer.slice(bytes.byteOffset + dataBegin + begin, bytes.byteOffset + dataBegin + end);
  };
  return {
    tensors: Object.entries(entries).map(([name, { dtype, shape }]) => ({ name, dtype, shape })),
    metadata: metadata as unknown as Record<string, string>,
    readFloat32: (name) => new Float32Array(data(name)),
    readInt32: (name) => new Int32Array(data(name)),
    close: () => undefined,
  };
}
