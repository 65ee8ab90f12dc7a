import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { ShardStatus } from "../../lib";
import { DEMO_TASK, ON_DEMO, succeed } from "../support/corrsteer";
import { directoryContents } from "../support/directory-contents";
import { testOnSlurm } from "../support/slurm";
import { temporaryFolder } from "../support/temporary-folder";

/** 240 questions in 2 shards of chunks of one, so that a task is in the middle of its own when it is told to end. */
const folder = temporaryFolder();
const plan = join(folder, "plan");
const SETUP = [...ON_DEMO, ...DEMO_TASK, "--samples", "240", "--chunk-samples", "1"];
const LATER = ["--validation-samples", "20", "--test-samples", "20"];
const nChunks = () => (existsSync(join(plan, "chunks")) ? readdirSync(join(plan, "chunks")).length : 0);
const status = async () =>
  JSON.parse(await succeed("shard", "status", plan, "--json")) as ShardStatus & { submitted: object };

testOnSlurm(
  "an array whose tasks are told to end goes on where they stopped (skipped without SLURM)",
  async () => {
    await succeed("shard", "plan", ...SETUP, ...LATER, "--shards", "2", "--out", plan);
    const { jobs } = JSON.parse(
      await succeed("shard", "submit", plan, "--on", "slurm", "--sbatch", "--time=20", "--json"),
    ) as { jobs: string[] };
    while (nChunks() < 20) await sleep(200);
    execFileSync("scancel", ["--batch", "--signal=USR1", ...jobs]);
    // One that is queued again waits for two minutes.
    while ((await status()).missing.length > 0) await sleep(2000);
    const logs = readdirSync(join(plan, "logs")).map((name) => readFileSync(join(plan, "logs", name), "utf8"));
    expect(logs.filter((text) => text.includes("REQUEUE")).length).toBeGreaterThan(0);
    await succeed("shard", "merge", plan, "--through", "rank");
    await succeed("collect", ...SETUP, ...LATER, "--out", join(folder, "whole"));
    await succeed("rank", join(folder, "whole"));
    expect(directoryContents(join(plan, "run"))).toEqual(directoryContents(join(folder, "whole")));
    await succeed("shard", "submit", plan, "--on", "slurm", "--workers", "2");
    expect(await succeed("shard", "cancel", plan)).toContain(jobs[0]);
  },
  600_000,
);
