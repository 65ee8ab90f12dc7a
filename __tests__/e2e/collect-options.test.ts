import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { corrsteer, corrsteerJson, model, saes } from "../support/command-line";
import { temporaryFolder } from "../support/temporary-folder";

const folder = temporaryFolder();
const task = ["--task", join(__dirname, "printable-task.mjs"), "--data", "questions-20"];
const what = ["--model", model, "--sae", saes, ...task, "--threads", "1"];

interface Manifest {
  saes: { layer: number }[];
}

function collected(name: string, ...args: string[]): Manifest {
  const out = join(folder, name);
  corrsteerJson("collect", ...what, ...args, "--out", out);
  return JSON.parse(readFileSync(join(out, "run.json"), "utf8")) as Manifest;
}

test("keeps in run.json how activations were made", () => {
  const flags = ["--positions", "all", "--pooling", "max", "--steer-pooling", "mean", "--weight-type", "bf16"];
  expect(collected("all", ...flags)).toMatchObject({
    positions: "all",
    pooling: "max",
    steerPooling: "mean",
    saeWeightType: "bf16",
    chunkSamples: 16,
  });
});

test("leaves layer 0 out of all layers in the published code's convention, not when it is named", () => {
  const layers = ({ saes }: Manifest) => saes.map(({ layer }) => layer);
  expect(layers(collected("sae"))).toEqual([0, 1, 2, 3]);
  expect(layers(collected("official", "--convention", "official"))).toEqual([1, 2, 3]);
  expect(layers(collected("named", "--convention", "official", "--layers", "0,2"))).toEqual([0, 2]);
});

test.each([
  ["--positions", "prompt"],
  ["--steer-pooling", "sum"],
  ["--weight-type", "q4"],
])("rejects %s %s, and starts no run", (flag, value) => {
  const out = join(folder, "never");
  const { status, stderr } = corrsteer("collect", ...what, flag, value, "--out", out);
  expect(status).toBe(2);
  expect(stderr).toContain("ERR_INVALID_ARGUMENT");
  expect(existsSync(out)).toBe(false);
});
