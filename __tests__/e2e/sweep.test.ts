import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import type { RunComparison } from "../../lib";
import { DEMO_MODEL, DEMO_QUESTIONS, DEMO_SAES } from "../support/corrsteer";
import { residentCorrsteer } from "../support/resident";
import { temporaryFolder } from "../support/temporary-folder";

const folder = temporaryFolder();
const { corrsteer, succeed } = residentCorrsteer();
const out = join(folder, "out");
const [good, other, bad] = ["demo_variant-A", "demo_variant-S", "gone_variant-A"].map((name) => join(out, name));
const options = {
  ...{ sae: DEMO_SAES, task: "jsonl", data: DEMO_QUESTIONS, threads: 1, samples: 90, validationSamples: 20 },
  ...{ testSamples: 20, permutations: 100, bootstrap: 0, significance: "none", scales: "none", controls: "none" },
};

interface Swept {
  cells: { name: string; before: boolean; error: { code: string; message: string } | null }[];
  comparison: RunComparison;
  page: string;
}

function sweepFile(name: string, changes: object, models = [{ name: "demo", model: DEMO_MODEL }]): string {
  const path = join(folder, name);
  writeFileSync(
    path,
    stringify({ options: { ...options, ...changes }, sweep: { model: models, variant: ["A", "S"] } }),
  );
  return path;
}

it("collects once for cells of one collection, names those that fail, does only what is missing, and compares", async () => {
  const gone = join(folder, "gone.gguf");
  const models = [
    { name: "gone", model: gone },
    { name: "demo", model: DEMO_MODEL },
  ];
  const failing = await corrsteer("sweep", sweepFile("failing.yaml", {}, models), "--out", out);

  expect(failing.code).toBe(1);
  expect(failing.stderr).toMatch(
    /^corrsteer: ERR_RUN_INCOMPLETE 2 of 4 runs failed: gone_variant-A, gone_variant-S; .*\n$/,
  );
  expect(failing.stdout).toMatch(
    /^gone_variant-A: failed: ERR_\w+ .*gone\.gguf.*\ngone_variant-S: failed: .*\ndemo_variant-A: done\ndemo_variant-S: done\n\n/,
  );
  expect(failing.stdout).toContain("run demo_variant-A");
  expect(failing.stdout).toContain("run demo_variant-S");
  expect(readFileSync(join(out, "comparison.html"), "utf8")).toContain("demo_variant-S");
  expect(existsSync(bad!)).toBe(false);
  expect(statSync(join(other!, "samples.jsonl")).ino).toBe(statSync(join(good!, "samples.jsonl")).ino);
  expect(existsSync(join(other!, "report.html"))).toBe(true);

  const again = JSON.parse(await succeed("sweep", sweepFile("sweep.yaml", {}), "--out", out, "--json")) as Swept;
  expect(again.cells).toMatchObject([
    { name: "demo_variant-A", before: true, error: null },
    { name: "demo_variant-S", before: true, error: null },
  ]);
  expect(again.comparison.groups).toHaveLength(2);
  expect(again.page).toBe(join(out, "comparison.html"));
});

it("does a cell again whose options changed, from what it had collected", async () => {
  const before = readFileSync(join(good!, "evaluation.json"), "utf8");
  const collected = statSync(join(good!, "samples.jsonl")).ino;
  expect(await succeed("sweep", sweepFile("drawn.yaml", { controls: "random", randomDraws: 2 }), "--out", out)).toMatch(
    /^demo_variant-A: done\ndemo_variant-S: done\n/,
  );
  expect(readFileSync(join(good!, "evaluation.json"), "utf8")).not.toBe(before);
  expect(statSync(join(good!, "samples.jsonl")).ino).toBe(collected);
});

it("refuses an option that is none of a run's before any run, with the cell", async () => {
  const outcome = await corrsteer("sweep", sweepFile("stray.yaml", { sampels: 1 }), "--out", join(folder, "none"));
  expect(outcome).toMatchObject({ code: 2, stdout: "" });
  expect(outcome.stderr).toMatch(
    /^corrsteer: ERR_INVALID_ARGUMENT .*stray.yaml: demo_variant-A: sampels: .*nearest is samples/,
  );
  expect(existsSync(join(folder, "none"))).toBe(false);
});
