import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { stringify } from "yaml";
import type { Sweep } from "../../lib/sweep/sweep";
import { startWithClients } from "../support/clients";
import { DEMO_MODEL, DEMO_QUESTIONS, DEMO_SAES, printedBy, succeed } from "../support/corrsteer";
import { describeInQueues, RedisServer } from "../support/redis-server";
import { testOnSlurm } from "../support/slurm";
import { temporaryFolder } from "../support/temporary-folder";

/** Two cells of one collection of 90 questions, in 3 shards each: on this machine, and the same on engines. */
const folder = temporaryFolder();
const file = join(folder, "sweep.yaml");
const CELLS = ["variant-A", "variant-S"] as const;
const SHARDS = ["--shards", "3", "--json"];
const options = {
  ...{ model: DEMO_MODEL, sae: DEMO_SAES, task: "jsonl", data: DEMO_QUESTIONS, threads: 1, samples: 90 },
  ...{ validationSamples: 20, testSamples: 20, permutations: 100, bootstrap: 0, significance: "none" },
  ...{ scales: "none", controls: "none", chunkSamples: 15 },
};
const place = (engine: string) => join(folder, engine);
const results = (engine: string) =>
  CELLS.map((cell) =>
    ["ranking.json", "selection.json", "evaluation.json"].map((name) =>
      readFileSync(join(place(engine), cell, "run", name), "utf8"),
    ),
  );

/** The same command again and again until no cell waits. @returns how often, and what cells waited for */
async function sweepUntilDone(engine: string, args: readonly string[], betweenCalls: () => Promise<void>) {
  const waits: (string | null)[][] = [];
  for (;;) {
    const sweep = ["sweep", file, "--out", place(engine), ...SHARDS, "--on", engine, ...args];
    const { cells, comparison } = JSON.parse(printedBy(await startWithClients(sweep).ended)) as Sweep;
    expect(cells.map(({ name, error }) => ({ name, error }))).toEqual(CELLS.map((name) => ({ name, error: null })));
    waits.push(cells.map(({ waiting }) => waiting));
    if (cells.every(({ waiting }) => waiting === null)) return { waits, groups: comparison!.groups.length };
    await betweenCalls();
  }
}

function expectAsHere(engine: string): void {
  const inode = (cell: string) => statSync(join(place(engine), cell, "chunks", "000000")).ino;
  expect(inode(CELLS[1])).toBe(inode(CELLS[0]));
  for (const cell of CELLS) expect(existsSync(join(place(engine), cell, "run", "report.html"))).toBe(true);
  expect(existsSync(join(place(engine), "comparison.html"))).toBe(true);
  expect(results(engine)).toEqual(results("local"));
}

beforeAll(async () => {
  writeFileSync(file, stringify({ options, sweep: { variant: ["A", "S"] } }));
  await succeed("sweep", file, "--out", place("local"), ...SHARDS, "--workers", "1");
}, 300_000);

testOnSlurm(
  "a sweep's cells are done by arrays of SLURM, what they collect once, with the results of this machine (skipped without SLURM)",
  async () => {
    const args = ["--workers", "1", "--sbatch", "--time=20"];
    const { waits, groups } = await sweepUntilDone("slurm", args, () => sleep(1000));
    expect(waits[0]).toEqual([
      "for workers: 3 of 3 shards are missing",
      `for what ${join(place("slurm"), CELLS[0])} collects`,
    ]);
    expect(groups).toBe(2);
    expectAsHere("slurm");
  },
  900_000,
);

describeInQueues((program) => {
  const data = join(folder, program);
  let redis: RedisServer;
  beforeAll(async () => {
    mkdirSync(data);
    redis = await RedisServer.start(data, { program });
  });
  afterAll(() => redis.stop());

  it("has a sweep's cells done by whoever works on their plans, with the results of this machine", async () => {
    const work = async () => {
      const plans = CELLS.filter((cell) => existsSync(join(place("bullmq"), cell, "plan.json")));
      for (const cell of plans) {
        const workers = [0, 1].map(() =>
          startWithClients(["shard", "work", join(place("bullmq"), cell), "--redis", redis.url]),
        );
        for (const { ended } of workers) printedBy(await ended);
      }
    };
    const { waits, groups } = await sweepUntilDone("bullmq", ["--redis", redis.url], work);
    expect(waits[0]![0]).toBe("for workers: 3 of 3 shards are missing");
    expect(groups).toBe(2);
    expectAsHere("bullmq");
  }, 900_000);
});
