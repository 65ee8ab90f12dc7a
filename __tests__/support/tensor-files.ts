import { npyHeader } from "./npy";
import { dict, storage, tensor } from "./pickle";
import { storedMember, writeZip } from "./zip-layout";

/** Float32, row-major. */
export interface Values {
  readonly shape: readonly number[];
  readonly values: readonly number[];
}
export type Tensors = Readonly<Record<string, Values>>;

const float32 = ({ values }: Values): Buffer => Buffer.from(Float32Array.from(values).buffer);

/** As `np.savez` writes it. */
export function npzFile(tensors: Tensors): Buffer {
  const members = Object.entries(tensors).map(([name, array]) =>
    storedMember(`${name}.npy`, Buffer.concat([npyHeader(array.shape), float32(array)])),
  );
  return writeZip({ members, zip64: true });
}

/** As `torch.save` writes a dict of tensors, each with a storage of its own. */
export function torchFile(tensors: Tensors): Buffer {
  const entries = Object.entries(tensors);
  const pickled = entries.map(([name, { shape, values }], key) => {
    const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, extent) => product * extent, 1));
    return [name, tensor(storage(String(key), values.length), 0, shape, strides)] as const;
  });
  const storages = entries.map(([, array], key) => storedMember(`archive/data/${key}`, float32(array)));
  const members = [storedMember("archive/data.pkl", dict(Object.fromEntries(pickled))), ...storages];
  return writeZip({ members, zip64: false });
}

export function safetensorsFile(tensors: Tensors): Buffer {
  let end = 0;
  const header = Object.entries(tensors).map(([name, { shape, values }]) => {
    const begin = end;
    end += 4 * values.length;
    return [name, { dtype: "F32", shape, data_offsets: [begin, end] }] as const;
  });
  const json = Buffer.from(JSON.stringify(Object.fromEntries(header)));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  return Buffer.concat([length, json, ...Object.values(tensors).map(float32)]);
}
