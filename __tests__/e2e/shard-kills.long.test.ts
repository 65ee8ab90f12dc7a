import { readdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { ShardStatus } from "../../lib";
import { DEMO_TASK, ON_DEMO, type Running, start, succeed } from "../support/corrsteer";
import { directoryContents } from "../support/directory-contents";
import { temporaryFolder } from "../support/temporary-folder";
import { random } from "../native/models";

/** 1,000 questions in as many shards, done by 4 workers that are killed at any moment, and share no numbers. */
const folder = temporaryFolder();
const plan = join(folder, "plan");
const N_WORKERS = 4;
const N_KILLS = 200;
const SETUP = [...ON_DEMO, ...DEMO_TASK, "--samples", "1000", "--chunk-samples", "1"];
const LATER = ["--validation-samples", "20", "--test-samples", "20"];
const nChunks = () => (readdirSync(plan).includes("chunks") ? readdirSync(join(plan, "chunks")).length : 0);
const status = async () => JSON.parse(await succeed("shard", "status", plan, "--json")) as ShardStatus;

test("1,000 shards are one machine's bytes after 200 kills of 4 workers", async () => {
  await succeed("shard", "plan", ...SETUP, ...LATER, "--shards", "1000", "--out", plan);
  const next = random(7);
  const work = () => start("shard", "work", plan);
  const workers = Array.from({ length: N_WORKERS }, work);
  const before: number[] = [];
  for (let kill = 0; kill < N_KILLS; kill++) {
    await sleep(4000 * next() ** 2);
    const i = Math.floor(N_WORKERS * next());
    const worker: Running = workers[i]!;
    worker.process.kill("SIGKILL");
    await worker.ended;
    before.push(nChunks());
    workers[i] = work();
  }
  await Promise.all(workers.map(({ ended }) => ended));
  expect(before.filter((n) => n > 0 && n < 1000).length).toBeGreaterThan(N_KILLS / 4);
  await succeed("shard", "work", plan);
  expect((await status()).questions).toEqual({ done: 1000, total: 1000 });
  await succeed("shard", "merge", plan, "--through", "rank");
  await succeed("collect", ...SETUP, ...LATER, "--out", join(folder, "whole"));
  await succeed("rank", join(folder, "whole"));
  expect(directoryContents(join(plan, "run"))).toEqual(directoryContents(join(folder, "whole")));
}, 3_600_000);
