import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import type { ShardStatus } from "../../lib";
import { startWithClients } from "../support/clients";
import { DEMO_TASK, ON_DEMO, type Running, succeed } from "../support/corrsteer";
import { directoryContents } from "../support/directory-contents";
import { QUEUE_SERVERS, RedisServer } from "../support/redis-server";
import { temporaryFolder } from "../support/temporary-folder";
import { random } from "../native/models";

/**
 * 1,000 questions in as many shards, which 4 workers take from a queue (without one they share no numbers). Workers are killed at any
 * moment, every so often two more are given one shard, the folder refuses 2 of 100 files, and Redis is killed twice.
 */
const folder = temporaryFolder();
const [plan, log] = [join(folder, "plan"), join(folder, "refusals.log")];
const N_SHARDS = 1000;
const N_WORKERS = 4;
const N_KILLS = 200;
/** Shards that are done by then. */
const RESTARTS = [300, 600];
const EACH_TWINS = 10;
const SETUP = [...ON_DEMO, ...DEMO_TASK, "--samples", String(N_SHARDS), "--chunk-samples", "1"];
const LATER = ["--validation-samples", "20", "--test-samples", "20"];
const REFUSING = pathToFileURL(join(__dirname, "..", "support", "refusing-files.mjs")).href;

const done = () => {
  const names = existsSync(join(plan, "chunks")) ? readdirSync(join(plan, "chunks")) : [];
  return new Set(names.filter((name) => /^\d+$/.test(name)).map(Number)); // not what a killed worker leaves behind
};
const status = async () => JSON.parse(await succeed("shard", "status", plan, "--json")) as ShardStatus;
const [server] = QUEUE_SERVERS;
const how = server ? `Redis that was killed twice` : "no queue (without redis-server and node scripts/clients.mjs)";

test(`1,000 shards are one machine's bytes after 200 kills of 4 workers, twins, a storage that refuses, and ${how}`, async () => {
  await succeed("shard", "plan", ...SETUP, ...LATER, "--shards", String(N_SHARDS), "--out", plan);
  mkdirSync(join(folder, "redis"));
  const redis = server ? await RedisServer.start(join(folder, "redis"), { program: server }) : undefined;
  const queue = redis ? ["--redis", redis.url] : [];
  const start = (args: readonly string[]) =>
    startWithClients(["shard", ...args], {
      ...{ node: ["--import", REFUSING], environment: { REFUSING_FOLDER: plan, REFUSING_LOG: log } },
    });
  const work = () => start(["work", plan, ...queue]);
  const submit = async () => {
    while (redis && (await start(["submit", plan, "--on", "bullmq", ...queue]).ended).code !== 0);
  };

  const next = random(7);
  await submit();
  const workers = Array.from({ length: N_WORKERS }, work);
  const twins: Running[] = [];
  const restarts = [...RESTARTS];
  let inTheMiddle = 0;
  for (let kill = 0; kill < N_KILLS; kill++) {
    await sleep(4000 * next() ** 2);
    const i = Math.floor(N_WORKERS * next());
    workers[i]!.process.kill("SIGKILL");
    await workers[i]!.ended;
    workers[i] = work();
    const found = done();
    if (found.size > 0 && found.size < N_SHARDS) inTheMiddle += 1;
    if (found.size >= restarts[0]!) {
      restarts.shift();
      await redis?.restart();
    }
    const missing = Array.from({ length: N_SHARDS }, (_, shard) => shard).filter((shard) => !found.has(shard));
    if (kill % EACH_TWINS === 0 && missing.length > 0)
      for (let twin = 0; twin < 2; twin++) twins.push(start(["work", plan, "--index", String(missing.at(-1)!)]));
  }
  await Promise.all([...workers, ...twins].map(({ ended }) => ended));
  while (done().size < N_SHARDS) {
    await submit();
    await Promise.all(Array.from({ length: N_WORKERS }, () => work().ended));
  }
  await redis?.stop();

  expect(restarts).toEqual([]);
  expect(inTheMiddle).toBeGreaterThan(N_KILLS / 4);
  const told = readFileSync(log, "utf8").split("\n");
  const refused = told.filter((line) => line.startsWith("refused"));
  const byTwo = told.filter((line) => /^there .*chunks/.test(line));
  expect(refused.length).toBeGreaterThan(N_KILLS);
  expect(byTwo.length).toBeGreaterThan(0);
  expect((await status()).questions).toEqual({ done: N_SHARDS, total: N_SHARDS });
  await succeed("shard", "merge", plan, "--through", "rank");
  await succeed("collect", ...SETUP, ...LATER, "--out", join(folder, "whole"));
  await succeed("rank", join(folder, "whole"));
  expect(directoryContents(join(plan, "run"))).toEqual(directoryContents(join(folder, "whole")));
}, 3_600_000);
