import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { assertSaesFit, findSaes } from "../../../lib/sae/set";

const SAES = join(__dirname, "..", "..", "fixtures", "saes", "llama");
const one = (layer: number) => join(SAES, `blocks.${layer}.hook_resid_post`);

let folder: string;
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), "corrsteer-set-"))));
afterEach(() => rm(folder, { recursive: true }));

const layers = (saes: { config: { hook: { layer: number } } }[]) => saes.map(({ config }) => config.hook.layer);

test("finds the SAEs of a folder by their own configuration, in order of layer", async () => {
  await cp(one(2), join(folder, "a", "b", "c"), { recursive: true });
  await cp(one(0), join(folder, "z"), { recursive: true });
  await mkdir(join(folder, "empty"));
  expect(layers(await findSaes(folder))).toEqual([0, 2]);
});

test("looks no more than three folders down", async () => {
  await cp(one(2), join(folder, "a", "b", "c", "d"), { recursive: true });
  await expect(findSaes(folder)).rejects.toMatchObject({ code: "ERR_SAE_FORMAT" });
});

test("takes a single SAE as a set of one", async () => {
  expect(layers(await findSaes(one(3)))).toEqual([3]);
});

test("takes a list of layer=path, whose layers must agree", async () => {
  expect(layers(await findSaes([`3=${one(3)}`, `1=${one(1)}`]))).toEqual([1, 3]);
  await expect(findSaes([`2=${one(1)}`])).rejects.toMatchObject({ code: "ERR_SAE_FORMAT" });
  await expect(findSaes([one(1)])).rejects.toMatchObject({ code: "ERR_SAE_FORMAT" });
  await expect(findSaes([])).rejects.toMatchObject({ code: "ERR_SAE_FORMAT" });
});

test("refuses one SAE twice", async () => {
  await cp(one(1), join(folder, "first"), { recursive: true });
  await cp(one(1), join(folder, "second"), { recursive: true });
  await expect(findSaes(folder)).rejects.toMatchObject({ code: "ERR_SAE_FORMAT" });
});

test("takes several SAEs of one layer, each with an id that does not depend on where it lies", async () => {
  const moved = await readFile(join(one(2), "cfg.json"), "utf8");
  const find = async (first: string, second: string) => {
    await cp(one(1), join(folder, first), { recursive: true });
    await cp(one(2), join(folder, second), { recursive: true });
    await writeFile(join(folder, second, "cfg.json"), moved.replace("blocks.2", "blocks.1"));
    return (await findSaes(folder)).map(({ id, path }) => [id, path.slice(folder.length + 1)]);
  };
  const found = await find("a", "b");
  for (const [id] of found) expect(id).toMatch(/^blocks\.1\.hook_resid_post\.\d+\.[0-9a-f]{8}$/);
  await rm(folder, { recursive: true });
  const renamed = new Map((await find("z", "y")) as [string, string][]);
  expect(found.map(([id]) => renamed.get(id!))).toEqual(found.map(([, path]) => (path === "a" ? "z" : "y")));
});

test("takes two hook points that are one place in the stream, in the order of their layers", async () => {
  await cp(one(1), join(folder, "post"), { recursive: true });
  await cp(one(2), join(folder, "pre"), { recursive: true });
  const config = await readFile(join(one(2), "cfg.json"), "utf8");
  await writeFile(join(folder, "pre", "cfg.json"), config.replace("hook_resid_post", "hook_resid_pre"));
  expect((await findSaes(folder)).map(({ id }) => id)).toEqual(["blocks.1.hook_resid_post", "blocks.2.hook_resid_pre"]);
});

test("says which folder has no weights, or a configuration that is no JSON", async () => {
  await writeFile(join(folder, "cfg.json"), "{}");
  await expect(findSaes(folder)).rejects.toMatchObject({ code: "ERR_SAE_FORMAT", details: { path: folder } });
  await cp(one(1), folder, { recursive: true });
  await writeFile(join(folder, "cfg.json"), "{");
  await expect(findSaes(folder)).rejects.toMatchObject({ code: "ERR_SAE_FORMAT", details: { path: folder } });
  await expect(findSaes(join(folder, "nowhere"))).rejects.toMatchObject({
    code: "ERR_SAE_FORMAT",
    details: { path: join(folder, "nowhere"), reason: "no such file or directory" },
  });
});

test("refuses SAEs of another width, and layers that the model lacks", async () => {
  const saes = await findSaes(SAES);
  expect(() => assertSaesFit(saes, { nEmbd: 64, nLayer: 4 })).not.toThrow();
  expect(() => assertSaesFit(saes, { nEmbd: 128, nLayer: 4 })).toThrow(
    expect.objectContaining({ code: "ERR_SHAPE_MISMATCH" }),
  );
  expect(() => assertSaesFit(saes, { nEmbd: 64, nLayer: 3 })).toThrow(
    expect.objectContaining({ code: "ERR_OUT_OF_RANGE" }),
  );
});
