import { closeSync, constants, fstatSync, openSync } from "node:fs";
import { formatError } from "./format-error";
import { DEFAULT_ALIGNMENT, GGUF_TYPE, type GgufTensor, paddingAfter } from "./gguf-layout";
import { GgufReader } from "./gguf-reader";
import { readError } from "./read-file";

/** What the header of a GGUF file says, without its texts: llama.cpp, gguf-py/README.md. */
export interface GgufHeader {
  readonly architecture: string;
  /** Numbers by their keys; of an array all of them where they are few, of any array its length under `<key>.length`. */
  readonly numbers: ReadonlyMap<string, readonly number[]>;
  readonly tensors: readonly GgufTensor[];
  /** Where the tensors' data begin, in bytes, and what each tensor's data are padded to. */
  readonly dataOffset: number;
  readonly alignment: number;
}

/** One number a layer. */
const FEW = 1024;

/** @throws ERR_FILE_FORMAT for what is no such file, or has a header of more than 256 MiB */
export function readGgufHeader(path: string): GgufHeader {
  let file: number | undefined;
  try {
    file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK); // a pipe is refused, not waited for
    if (!fstatSync(file).isFile()) throw new RangeError("not a regular file");
    return readHeader(new GgufReader(file));
  } catch (error) {
    if (error instanceof RangeError) throw formatError(path, error.message, error);
    throw readError(path, error);
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

function readHeader(reader: GgufReader): GgufHeader {
  if (reader.text(4) !== "GGUF") throw new RangeError("no GGUF file");
  const version = reader.number(4);
  if (version !== 2 && version !== 3) throw new RangeError(`GGUF of version ${version}`);
  const [nTensors, nEntries] = [reader.count(), reader.count()];
  let architecture = "";
  const numbers = new Map<string, readonly number[]>();
  for (let i = 0; i < nEntries; i++) {
    const key = reader.string();
    const type = reader.number(4);
    if (type === GGUF_TYPE.array) readArray(reader, key, numbers);
    else if (type !== GGUF_TYPE.string) numbers.set(key, [reader.number(type)]);
    else if (key === "general.architecture") architecture = reader.string();
    else reader.skipString();
  }
  const tensors = Array.from({ length: nTensors }, () => {
    const name = reader.string();
    const extents = Array.from({ length: Math.min(reader.number(4), 4) }, () => reader.number(GGUF_TYPE.u64));
    const type = reader.number(4);
    return { name, extents, type, offset: reader.number(GGUF_TYPE.u64) };
  });
  const alignment = numbers.get("general.alignment")?.[0] ?? DEFAULT_ALIGNMENT;
  const dataOffset = reader.position + paddingAfter(reader.position, alignment);
  return { architecture, numbers, tensors, dataOffset, alignment };
}

function readArray(reader: GgufReader, key: string, numbers: Map<string, readonly number[]>): void {
  const type = reader.number(4);
  const length = reader.number(GGUF_TYPE.u64);
  numbers.set(`${key}.length`, [length]);
  if (type === GGUF_TYPE.string) for (let i = 0; i < length; i++) reader.skipString();
  else if (length <= FEW)
    numbers.set(
      key,
      Array.from({ length }, () => reader.number(type)),
    );
  else reader.skip(length * reader.widthOf(type));
}
