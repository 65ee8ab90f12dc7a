import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { readTorchFile } from "../../../../lib/files/torch/torch-file";
import { freshCache } from "../../../support/cache";
import { contentsOf, formatRefusal } from "../../../support/containers";
import { dict, global, op, storage, tensor, text } from "../../../support/pickle";
import { temporaryFolder } from "../../../support/temporary-folder";
import { deflatedMember, storedMember, writeZip } from "../../../support/zip-layout";

freshCache();
const path = join(temporaryFolder(), "ae.pt");
const VALUES = Buffer.from(Float32Array.of(0, 1, 2, 3, 4, 5).buffer);

/** A file of PyTorch with one storage of six floats, `0`. */
function file(pickle: Buffer, more: Readonly<Record<string, Buffer>> = {}, member = storedMember) {
  const members = { "archive/data.pkl": pickle, "archive/data/0": VALUES, ...more };
  const layout = Object.entries(members).map(([name, data]) => member(name, data));
  writeFileSync(path, writeZip({ members: layout, zip64: false }));
  return readTorchFile(path);
}
const view = (offset: number, shape: number[], strides: number[], length = 6) =>
  dict({ a: tensor(storage("0", length), offset, shape, strides) });

it("takes views from members that are deflated too", async () => {
  const { tensors } = await file(view(1, [2, 2], [3, 1]), {}, deflatedMember);
  expect(await contentsOf(tensors)).toEqual({ a: { shape: [2, 2], values: [1, 2, 4, 5] } });
});

it("takes the values of an axis of one element from wherever its stride points", async () => {
  const { tensors } = await file(view(2, [1, 2, 1], [99, 1, 77]));
  expect(await contentsOf(tensors)).toEqual({ a: { shape: [1, 2, 1], values: [2, 3] } });
});

it.each<[string, Buffer, string]>([
  ["lies outside of its storage", view(4, [3], [1]), "element 6 of a storage of 6"],
  ["has strides that lead outside", view(0, [2], [2 ** 31 - 1]), "of a storage of 6"],
  ["has a storage of another size", view(0, [2], [1], 5), "F32 have 24 bytes"],
  ["has a shape that no file can have", view(0, Array<number>(9).fill(2 ** 31 - 1), Array<number>(9).fill(0)), "shape"],
  ["has fewer strides than axes", view(0, [2, 2], [1]), "shape"],
  ["is one element many times over", view(0, [1000, 1000], [0, 0]), "share"],
  ["has rows that overlap", view(0, [3, 2], [1, 1]), "share"],
  ["has no storage", dict({ a: tensor(storage("7", 6), 0, [2], [1]) }), "storage is not there"],
  ["has a storage outside of the folder", dict({ a: tensor(storage("../data.pkl", 6), 0, [2], [1]) }), "not there"],
])("refuses a tensor that %s", async (_, pickle, words) => {
  await expect(file(pickle)).rejects.toEqual(formatRefusal("ae.pt", "tensor a", words));
});

it.each<[string, Buffer, string]>([
  ["is a value that holds itself", op("\x80\x02}q\x00X\x01\x00\x00\x00ah\x00s."), "within"],
  ["has two values of one name", dict({ "a.b": op("N"), a: Buffer.concat([op("}"), text("b"), op("Ns")]) }), "a.b"],
  ["has a class for a value", dict({ a: global("collections", "OrderedDict") }), "a is no value"],
  ["has a name as long as a page", dict({ ["a".repeat(3000)]: op("N") }), "3000 characters"],
  ["runs a command", dict({ a: Buffer.concat([global("posix", "system"), text("id"), op("\x85R")]) }), "posix.system"],
])("refuses a pickle that %s", async (_, pickle, words) => {
  await expect(file(pickle)).rejects.toEqual(formatRefusal("ae.pt", "pickle", words));
});

it("refuses a pickle that names one list so often that it would fill the memory", async () => {
  const tenfold = (depth: number): string => {
    const index = String.fromCharCode(depth);
    return depth === 0 ? "N" : `](${tenfold(depth - 1)}q${index}${`h${index}`.repeat(9)}e`;
  };
  await expect(file(dict({ a: op(tenfold(6)) }))).rejects.toEqual(formatRefusal("more than 131072 values"));
});

it("refuses numbers of the other byte order", async () => {
  await expect(file(view(0, [2], [1]), { "archive/byteorder": Buffer.from("big") })).rejects.toEqual(
    formatRefusal("big-endian"),
  );
});

it("refuses two pickles", async () => {
  await expect(file(view(0, [2], [1]), { "other/data.pkl": op("N.") })).rejects.toEqual(formatRefusal("one data.pkl"));
});
