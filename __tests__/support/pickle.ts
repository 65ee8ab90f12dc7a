/** Pickles in opcodes that can be changed and put together again: Lib/pickletools.py of Python. */

/** Bytes of arguments: a number of them, or how long the field is that says how many follow, or lines. */
type Arguments = number | { readonly prefix: 1 | 4 } | { readonly lines: number };

/** Those that PyTorch writes and that have arguments. */
const ARGUMENTS: Readonly<Record<string, Arguments>> = {
  ...{ "\x80": 1, K: 1, M: 2, J: 4, G: 8, q: 1, r: 4, h: 1, j: 4 },
  ...{ "\x8a": { prefix: 1 }, X: { prefix: 4 }, c: { lines: 2 } },
};

/** One opcode with its arguments for each. */
export function disassemble(pickle: Buffer): Buffer[] {
  const opcodes: Buffer[] = [];
  for (let at = 0; at < pickle.length;) {
    const end = at + 1 + argumentBytes(pickle, at);
    opcodes.push(pickle.subarray(at, end));
    at = end;
  }
  return opcodes;
}

function argumentBytes(pickle: Buffer, at: number): number {
  const form = ARGUMENTS[String.fromCharCode(pickle[at]!)] ?? 0;
  if (typeof form === "number") return form;
  if ("prefix" in form) return form.prefix + pickle.readUIntLE(at + 1, form.prefix);
  let end = at;
  for (let line = 0; line < form.lines; line++) end = pickle.indexOf("\n", end + 1);
  return end - at;
}

export const op = (text: string): Buffer => Buffer.from(text, "latin1");
export const global = (module: string, name: string): Buffer => op(`c${module}\n${name}\n`);
export const text = (value: string): Buffer => {
  const bytes = Buffer.from(value);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(bytes.length);
  return Buffer.concat([op("X"), length, bytes]);
};
export const int32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value);
  return Buffer.concat([op("J"), bytes]);
};

/** A storage by its key. */
export const storage = (key: string, length: number, type = "FloatStorage"): Buffer =>
  Buffer.concat([op("("), text("storage"), global("torch", type), text(key), text("cpu"), int32(length), op("tQ")]);

/** A tensor that is a view of a storage. */
export const tensor = (of: Buffer, offset: number, shape: readonly number[], strides: readonly number[]): Buffer =>
  Buffer.concat([
    ...[global("torch._utils", "_rebuild_tensor_v2"), op("("), of, int32(offset)],
    ...[op("("), ...shape.map(int32), op("t("), ...strides.map(int32), op("t")],
    ...[op("\x89"), global("collections", "OrderedDict"), op(")RtR")],
  ]);

/** A whole pickle of a dict with these keys. */
export const dict = (items: Readonly<Record<string, Buffer>>): Buffer =>
  Buffer.concat([op("\x80\x02}("), ...Object.entries(items).flatMap(([key, value]) => [text(key), value]), op("u.")]);
