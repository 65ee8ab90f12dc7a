import { statSync } from "node:fs";
import type { TensorPlace } from "../../lib/native/tensor-place";
import { built } from "./built";

const { DTYPE_BYTES } = built("./native/tensor-place.js") as typeof import("../../lib/native/tensor-place");
const { readNumbers } = built("./files/small-tensor.js") as typeof import("../../lib/files/small-tensor");

/** Fails where a place leads out of its file: the addon would map what is not there. Reads one that is small. */
export async function usePlaces(places: readonly TensorPlace[]): Promise<void> {
  for (const { name, path, offset, dtype, shape } of places) {
    const end = offset + shape.reduce((product, extent) => product * extent, DTYPE_BYTES[dtype]);
    const isWithin = offset >= 0 && end <= statSync(path).size;
    if (!isWithin) throw new Error(`${name} ends at ${end} of ${statSync(path).size} bytes`);
  }
  const small = places.find(({ shape }) => shape.length < 2);
  if (small) await readNumbers(small);
}
