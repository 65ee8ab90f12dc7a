import { existsSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import type { Sweep } from "../../lib/sweep/sweep";
import { DEMO_MODEL, DEMO_QUESTIONS, DEMO_SAES, printedBy, start, until } from "../support/corrsteer";
import { temporaryFolder } from "../support/temporary-folder";

const folder = temporaryFolder();
const out = join(folder, "out");
const [first, second] = ["variant-A", "variant-S"].map((name) => join(out, name)) as [string, string];
const options = {
  ...{ model: DEMO_MODEL, sae: DEMO_SAES, task: "jsonl", data: DEMO_QUESTIONS, threads: 1, samples: 90 },
  ...{ validationSamples: 20, testSamples: 20, permutations: 100, bootstrap: 0, significance: "none" },
  ...{ scales: "none", controls: "none", chunkSamples: 15 },
};

it("does cells in shards, from where it was killed, with what is collected once", async () => {
  const file = join(folder, "sweep.yaml");
  writeFileSync(file, stringify({ options, sweep: { variant: ["A", "S"] } }));
  const args = ["sweep", file, "--out", out, "--shards", "3", "--workers", "1"];
  const killed = start(...args);
  await until(() => existsSync(join(first, "chunks", "000000")), killed);
  killed.process.kill("SIGKILL");
  await killed.ended;
  const { cells, comparison } = JSON.parse(printedBy(await start(...args, "--json").ended)) as Sweep;
  expect(cells).toMatchObject([
    { name: "variant-A", directory: join(first, "run"), before: false, error: null, waiting: null },
    { name: "variant-S", directory: join(second, "run"), before: false, error: null, waiting: null },
  ]);
  expect(comparison!.groups).toHaveLength(2);
  expect(existsSync(join(second, "run", "report.html"))).toBe(true);
  const chunk = (plan: string) => statSync(join(plan, "chunks", "000000")).ino;
  expect(chunk(second)).toBe(chunk(first));
}, 300_000);
