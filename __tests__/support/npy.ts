/** What comes before the data of an .npy file of version 1: of plain floats, row-major, where nothing else is said. */
export function npyHeader(shape: readonly number[], descr = "<f4", order = "False"): Buffer {
  const extents = shape.length === 1 ? `${shape[0]},` : shape.join(", ");
  const dict = `{'descr': '${descr}', 'fortran_order': ${order}, 'shape': (${extents}), }`;
  return npyHeaderOf(`${dict.padEnd(117)}\n`);
}

/** The same with any words in it. */
export function npyHeaderOf(text: string, version = 1): Buffer {
  const length = Buffer.alloc(version === 1 ? 2 : 4);
  length.writeUIntLE(text.length, 0, length.length);
  return Buffer.concat([
    Buffer.from("\x93NUMPY", "latin1"),
    Buffer.of(version, 0),
    length,
    Buffer.from(text, "latin1"),
  ]);
}
