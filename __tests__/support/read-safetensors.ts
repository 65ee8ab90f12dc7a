import { readFileSync } from "node:fs";
import type { Addon, NativeTensorInfo } from "../../lib/native/addon";

interface Entry {
  dtype: string;
  shape: number[];
  data_offsets: [number, number];
}

interface Safetensors {
  readonly tensors: NativeTensorInfo[];
  readonly metadata: Record<string, string>;
  readFloat32(name: string): Float32Array;
  readInt32(name: string): Int32Array;
}

/** A reader by the format's own words, for files of F32 and I32 that tests have written. */
export function readSafetensors(path: string): Safetensors {
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
    tensors: Object.entries(entries).map(([name, { dtype, shape, data_offsets }]) => ({
      ...{ name, dtype, shape },
      offset: dataBegin + data_offsets[0],
    })),
    metadata: metadata as unknown as Record<string, string>,
    readFloat32: (name) => new Float32Array(data(name)),
    readInt32: (name) => new Int32Array(data(name)),
  };
}

/** The same as what the addon gives, where there is no addon. */
export const reader: Pick<Addon, "openSafetensors"> = {
  openSafetensors(path) {
    const file = readSafetensors(path);
    return Promise.resolve({
      ...file,
      readFloat32: (name) => Promise.resolve(file.readFloat32(name)),
      readInt32: (name) => Promise.resolve(file.readInt32(name)),
      close: () => undefined,
    });
  },
};
