import { readFileSync } from "node:fs";
import { join } from "node:path";
import { corrsteer, corrsteerJson, model } from "../support/command-line";
import { temporaryFolder } from "../support/temporary-folder";

const folder = temporaryFolder();
const task = ["--task", join(__dirname, "printable-task.mjs"), "--data", "questions-60"];
const N_EMBD = 64;

test("does the whole job on the coordinates of the residual stream, without SAEs", () => {
  const out = join(folder, "raw");
  const what = ["--model", model, "--raw", ...task, "--threads", "1", "--layers", "1,2", "--out", out];
  corrsteerJson("collect", ...what);
  const { layers } = corrsteerJson("rank", out) as { layers: { layer: number; nActiveFeatures: number }[] };
  expect(layers.map(({ layer, nActiveFeatures }) => [layer, nActiveFeatures])).toEqual([
    [1, N_EMBD],
    [2, N_EMBD],
  ]);
  const { saes } = JSON.parse(readFileSync(join(out, "run.json"), "utf8")) as { saes: unknown[] };
  expect(saes[0]).toEqual({
    ...{ id: "blocks.1.hook_resid_post", layer: 1, site: "resid_post" },
    ...{ dModel: 64, dSae: 64, encoder: { basis: "residual" } },
  });

  corrsteerJson("select", out, "--variant", "A");
  corrsteerJson("evaluate", out, "--random-draws", "1");
  const { features, vectors } = corrsteerJson("inspect", join(out, "profiles", "A.steer.json")) as {
    features: { layer: number; coefficient: number }[];
    vectors: { nativeLayer: number; norm: number }[];
  };
  for (const { nativeLayer, norm } of vectors) {
    const { coefficient } = features.find(({ layer }) => layer === nativeLayer)!;
    expect(norm).toBeCloseTo(Math.abs(coefficient), 5); // along a unit vector
  }
});

test("wants SAEs or --raw", () => {
  const { status, stderr } = corrsteer("collect", "--model", model, ...task, "--out", join(folder, "none"));
  expect(status).toBe(2);
  expect(stderr).toContain("--raw");
});
