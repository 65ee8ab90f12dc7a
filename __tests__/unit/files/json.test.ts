import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { readJson, writeJson } from "../../../lib/files/json";
import { toJsonLines } from "../../../lib/run/samples";
import { temporaryFolder } from "../../support/temporary-folder";

const folder = temporaryFolder();
const path = join(folder, "file.json");
const shape = z.object({
  format: z.literal(2),
  layers: z.array(z.object({ r: z.number().min(-1).max(1), name: z.enum(["S", "A"]) })),
});

it.each([NaN, Infinity, -Infinity])(
  "writes no %p, which JSON does not have, and leaves the file as it was",
  async (r) => {
    writeFileSync(path, "before");
    const failure = { code: "ERR_NON_FINITE", details: { field: "r" } };
    await expect(writeJson(path, { layers: [{ r }] })).rejects.toMatchObject(failure);
    expect(readFileSync(path, "utf8")).toBe("before");
    expect(() => toJsonLines([{ score: 1 }, { extras: { r } }])).toThrow(expect.objectContaining(failure));
    await expect(writeJson(join(folder, "new.json"), { r })).rejects.toMatchObject(failure);
    expect(existsSync(join(folder, "new.json"))).toBe(false);
  },
);

it("writes the smallest and the largest numbers so that they are read back", async () => {
  const written = [Number.MIN_VALUE, Number.MAX_VALUE, 0.1 + 0.2, 1e-6, -1e6];
  await writeJson(path, written);
  expect(await readJson(path, z.array(z.number()))).toEqual(written);
});

it.each<[string, unknown, string]>([
  ["another format", { format: 1, layers: [] }, "format: expected 2, found 1 (another version of corrsteer wrote it)"],
  ["a file of another kind", { format: "profile", layers: [] }, 'format: expected 2, found "profile"'],
  ["a field that is not there", { format: 2 }, "layers: expected array, found nothing"],
  ["null for a number", { format: 2, layers: [{ r: null, name: "S" }] }, "layers.0.r: expected number, found null"],
  [
    "an r beyond 1",
    { format: 2, layers: [{ r: 1.5, name: "S" }] },
    "layers.0.r: Too big: expected number to be <=1, found 1.5",
  ],
  [
    "an unknown name",
    { format: 2, layers: [{ r: 0, name: "X" }] },
    'layers.0.name: expected one of "S"|"A", found "X"',
  ],
  ["a list", [], "expected object, found a list"],
])("says of %s which field it is, what was expected and what was found", async (_, value, message) => {
  writeFileSync(path, JSON.stringify(value));
  await expect(readJson(path, shape)).rejects.toMatchObject({
    code: "ERR_FILE_FORMAT",
    message: `${path}: ${message}`,
  });
});

it("says so much of a file that is wrong throughout, and no more", async () => {
  const layers = Array.from({ length: 100 }, () => ({ r: "x".repeat(1000), name: "S" }));
  writeFileSync(path, JSON.stringify({ format: 2, layers }));
  const { message } = (await readJson(path, shape).catch((error: unknown) => error)) as Error;
  expect(message).toContain("and 97 more");
  expect(message.length - path.length).toBeLessThan(500);
});
