import { readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { readNpz } from "../../../lib/files/npz";
import { freshCache } from "../../support/cache";
import { containerFile, contentsOf, formatRefusal, goldenContents } from "../../support/containers";

const cache = freshCache();

it.each(["plain.npz", "types.npz", "versions.npz", "deflated.npz"])(
  "finds the arrays of %s as NumPy wrote them",
  async (name) => {
    expect(await contentsOf(await readNpz(containerFile(name)))).toEqual(goldenContents(name));
  },
);

it("takes arrays that are stored from where they lie", async () => {
  const path = containerFile("plain.npz");
  for (const place of await readNpz(path)) expect(place).toMatchObject({ path, dtype: "F32", transposed: false });
});

it("says that an array in the order of Fortran is transposed", async () => {
  const places = await readNpz(containerFile("types.npz"));
  expect(places.find(({ name }) => name === "fortran")).toMatchObject({ shape: [4, 2], transposed: true });
});

it("inflates into the cache once", async () => {
  const [first] = await readNpz(containerFile("deflated.npz"));
  expect(first!.path.startsWith(cache())).toBe(true);
  expect(await readNpz(containerFile("deflated.npz"))).toContainEqual(first);
});

it.each([
  ["is damaged", (path: string) => writeFileSync(path, readFileSync(path).fill(7))],
  ["is cut", (path: string) => truncateSync(path, 7)],
  ["is not there", (path: string) => rmSync(path)],
])("inflates anew where what the cache has %s", async (_, damage) => {
  const places = await readNpz(containerFile("deflated.npz"));
  damage(places[0]!.path);
  expect(await contentsOf(await readNpz(containerFile("deflated.npz")))).toEqual(goldenContents("deflated.npz"));
});

it.each([
  ["big-endian.npz", ">f4", "astype"],
  ["objects.npz", "O", "Python objects"],
  ["records.npz", "header"],
  ["state-dict.pt", "no .npy file"],
  ["golden.json", "not a ZIP archive"],
  ["nothing.npz", "no such file"],
])("refuses %s and says why", async (name, ...words) => {
  await expect(readNpz(containerFile(name))).rejects.toEqual(formatRefusal(name, ...words));
});
