import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { inspect } from "../../lib/inspect/inspect";
import { readSaeFolder } from "../../lib/sae/folder";
import { Sae } from "../../lib/sae/sae";
import { findSaes } from "../../lib/sae/set";
import { temporaryFolder } from "../support/temporary-folder";
import { torchFile } from "../support/tensor-files";

const PUBLISHERS = join(__dirname, "..", "fixtures", "publishers");
const GEMMA = join(PUBLISHERS, "gemma-scope-2b-pt-res", "layer_1", "width_16k", "average_l0_7", "params.npz");
const QWEN = join(PUBLISHERS, "SAE-Res-Qwen3-1.7B-Base-W32K-L0_50");
const GOODFIRE = join(PUBLISHERS, "goodfire", "Llama-3.1-8B-Instruct-SAE-l19.pth");

const folder = temporaryFolder();

const layers = async (source: string | string[]) => (await findSaes(source)).map(({ config }) => config.hook.layer);

test("finds a publisher's tree, a layer of it, and a file of it", async () => {
  const tree = join(folder, "gemma-scope-2b-pt-res");
  for (const layer of [0, 2, 12]) {
    cpSync(GEMMA, join(tree, `layer_${layer}`, "width_16k", "average_l0_82", "params.npz"));
  }
  expect(await layers(tree)).toEqual([0, 2, 12]);
  expect(await layers(join(tree, "layer_12"))).toEqual([12]);
  expect(await layers(join(tree, "layer_12", "width_16k", "average_l0_82", "params.npz"))).toEqual([12]);
  expect(await layers([`2=${tree}`])).toEqual([2]);
  await expect(findSaes([`3=${tree}`])).rejects.toMatchObject({ code: "ERR_SAE_FORMAT" });
  await expect(findSaes([`3=${join(tree, "layer_12")}`])).rejects.toMatchObject({ code: "ERR_SAE_FORMAT" });
  expect((await findSaes(tree))[0]!.config.modelName).toBe("gemma-2-2b");
});

test("passes over what cannot be read of a tree where its path names a layer that is not wanted, and says so", async () => {
  const tree = join(folder, "gemma-scope-2b-pt-res-broken");
  for (const layer of [1, 3]) {
    cpSync(GEMMA, join(tree, `layer_${layer}`, "width_16k", "average_l0_7", "params.npz"));
  }
  const broken = join(tree, "layer_2", "width_16k", "average_l0_7");
  mkdirSync(broken, { recursive: true });
  writeFileSync(join(broken, "params.npz"), "none");
  const told: string[] = [];
  const onWarning = (text: string) => void told.push(text);
  const found = await findSaes(tree, { layers: [1, 3], onWarning });
  expect(found.map(({ config }) => config.hook.layer)).toEqual([1, 3]);
  expect(told).toEqual([expect.stringContaining(broken)]);
  for (const layers of [[1, 2], "all"] as const) {
    await expect(findSaes(tree, { layers, onWarning })).rejects.toMatchObject({ details: { path: broken } });
  }
});

test.each(["state_dict", "model_state_dict", "sae"])("reads a dict within the file's: %s", async (wrapper) => {
  const path = join(folder, wrapper);
  const trainer = { dict_class: "AutoEncoder", activation_dim: 2, dict_size: 4, layer: 3 };
  const ones = (...shape: number[]) => ({ shape, values: new Array<number>(shape.reduce((a, b) => a * b)).fill(1) });
  const own = { "encoder.weight": ones(4, 2), "encoder.bias": ones(4), "decoder.weight": ones(2, 4), bias: ones(2) };
  const wrapped = Object.entries(own).map(([name, tensor]) => [`${wrapper}.${name}`, tensor]);
  mkdirSync(path);
  writeFileSync(join(path, "config.json"), JSON.stringify({ trainer }));
  writeFileSync(join(path, "ae.pt"), torchFile({ ...Object.fromEntries(wrapped), "optimizer.bias": ones(1) }));
  await using sae = await Sae.load(path);
  expect(Array.from(await sae.encode(Float32Array.of(1, 2)))).toEqual([2, 2, 2, 2]); // ([1, 2] - 1) W + 1
});

test("takes each file of a folder with several", async () => {
  const several = join(folder, "qwen");
  cpSync(QWEN, several, { recursive: true });
  cpSync(join(several, "layer1.sae.pt"), join(several, "layer10.sae.pt"));
  const found = await findSaes(several);
  expect(found.map(({ path }) => path)).toEqual(["layer1.sae.pt", "layer10.sae.pt"].map((name) => join(several, name)));
  expect(await layers(join(several, "layer10.sae.pt"))).toEqual([10]);
  await expect(readSaeFolder(several)).rejects.toMatchObject({ code: "ERR_SAE_FORMAT" });
});

test("takes a file of another name where its layer is given", async () => {
  const renamed = join(folder, "mine.pth");
  cpSync(GOODFIRE, renamed);
  expect(await layers([`4=${renamed}`])).toEqual([4]);
  await expect(findSaes(renamed)).rejects.toMatchObject({ code: "ERR_SAE_FORMAT" });
  await expect(findSaes([`4=${GOODFIRE}`])).rejects.toMatchObject({ code: "ERR_SAE_FORMAT" });
});

test("names an SAE by its hook point, and loads it by its path alone", async () => {
  expect((await findSaes(GOODFIRE))[0]!.id).toBe("blocks.19.hook_resid_post");
  await using sae = await Sae.load(GOODFIRE);
  expect(sae.dModel).toBe(16);
});

test("inspects the file of one", async () => {
  const report = await inspect(GOODFIRE);
  expect(report).toMatchObject({ kind: "saes", saes: [{ activation: "relu", hook: { layer: 19 } }] });
});

test("refuses a folder without SAEs, and a file that is none", async () => {
  const empty = join(folder, "empty");
  mkdirSync(empty);
  writeFileSync(join(empty, "notes.txt"), "none");
  writeFileSync(join(empty, "x.npz"), "none");
  for (const path of [empty, join(empty, "notes.txt"), join(empty, "x.npz")]) {
    await expect(findSaes(path)).rejects.toMatchObject({ code: "ERR_SAE_FORMAT", details: { path } });
    await expect(readSaeFolder(path)).rejects.toMatchObject({ code: "ERR_SAE_FORMAT", details: { path } });
  }
});
