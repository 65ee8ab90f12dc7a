import { readFileSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { writeModel } from "../../bench/random-files/model";
import { RandomNumbers } from "../../bench/random-files/numbers";
import { narrowed, SUBJECTS } from "../../bench/random-files/shapes";
import { Model } from "../../lib/model/model";
import { findSaes } from "../../lib/sae/set";
import { Sae } from "../../lib/sae/sae";
import { saes } from "../support/command-line";
import { temporaryFolder } from "../support/temporary-folder";
import { fixture } from "./models";

const folder = temporaryFolder();
const onLinux = process.platform === "linux" ? test : test.skip;

/** KiB of a file that this process has in memory; undefined where it is not mapped. */
function residentKiB(path: string): number | undefined {
  const mappings = readFileSync("/proc/self/smaps", "utf8").split(/\n(?=[0-9a-f]+-[0-9a-f]+ )/);
  const own = mappings.filter((mapping) => mapping.split("\n", 1)[0]!.endsWith(` ${realpathSync(path)}`));
  if (own.length === 0) return undefined;
  return own.reduce((sum, mapping) => sum + Number(/^Rss: +(\d+)/m.exec(mapping)![1]), 0);
}

onLinux("maps a model whose weights are used as they lie", async () => {
  const path = fixture("llama").model;
  await using _model = await Model.load(path);

  expect(residentKiB(path)).toBeGreaterThan(0);
});

onLinux("reads a model whose weights are rearranged, so that they are not in memory twice", async () => {
  const path = join(folder, "rearranged.gguf");
  writeModel(path, narrowed(SUBJECTS["llama-3.1-8b"]!.shape, 32), "q4_0", new RandomNumbers("model"));
  await using _model = await Model.load(path);

  expect(residentKiB(path)).toBeUndefined();
});

onLinux("has nothing of an SAE's file in memory beside its encoder", async () => {
  const [found] = await findSaes(saes);
  await using sae = await Sae.load(found!);

  expect(residentKiB(found!.weightsPath)).toBe(0);
  await sae.decoderRows([0]);
  expect(residentKiB(found!.weightsPath)).toBeGreaterThan(0);
});
