import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import type { ShardStatus, ShardWork, WorkerStates } from "../../lib";
import { sumQuestions } from "../../bench/sums";
import { startWithClients } from "../support/clients";
import { DEMO_MODEL, DEMO_QUESTIONS, DEMO_TASK, expectFailure, ON_DEMO, printedBy } from "../support/corrsteer";
import { directoryContents } from "../support/directory-contents";
import { describeInQueues, PASSWORD, RedisServer } from "../support/redis-server";
import { temporaryFolder } from "../support/temporary-folder";

const root = temporaryFolder();
const SETUP = [...ON_DEMO, ...DEMO_TASK, "--samples", "240", "--chunk-samples", "1"];
const LATER = ["--validation-samples", "20", "--test-samples", "20"];
const start = (...args: readonly string[]) => startWithClients(args);
const succeed = async (...args: readonly string[]) => printedBy(await start(...args).ended);
/** Of BullMQ: half of the time that a lock is for. */
const RENEWAL_MS = 15_000;
const shared = join(__dirname, "../../../shared/models/smollm2-135m-instruct");
const [REAL_MODEL, REAL_SAES] = ["SmolLM2-135M-Instruct.Q4_1.gguf", "saes"].map((name) => join(shared, name)) as [string, string]; // prettier-ignore
const LOOP_DELAY = pathToFileURL(join(__dirname, "..", "support", "loop-delay.mjs")).href;
const nChunks = (plan: string) => (existsSync(join(plan, "chunks")) ? readdirSync(join(plan, "chunks")).length : 0);
const done = (outcome: string) => (JSON.parse(outcome) as ShardWork).done;

describeInQueues((program) => {
  const folder = join(root, program); // there until Redis has ended, which writes into it then
  let redis: RedisServer;
  const queue = () => ["--redis", redis.url];
  const submit = (plan: string) => succeed("shard", "submit", plan, "--on", "bullmq", ...queue());
  const work = (plan: string) => start("shard", "work", plan, ...queue(), "--json");
  const plan = async (name: string, nShards: number) => {
    const out = join(folder, name);
    await succeed("shard", "plan", ...SETUP, ...LATER, "--shards", String(nShards), "--out", out);
    return out;
  };
  const status = async (of: string) =>
    JSON.parse(await succeed("shard", "status", of, ...queue(), "--json")) as ShardStatus & { submitted: WorkerStates };

  beforeAll(async () => {
    mkdirSync(join(folder, "redis"), { recursive: true });
    redis = await RedisServer.start(join(folder, "redis"), { program });
  });
  afterAll(() => redis.stop());

  it("is one machine's bytes after a worker was killed and Redis was started again twice", async () => {
    const at = await plan("killed", 24);
    expect(await submit(at)).toContain("24 shards in the queue");
    await submit(at); // puts in what is not there
    expect((await status(at)).submitted).toEqual({ waiting: 24 });
    const lost = work(at);
    while (nChunks(at) < 5) await sleep(20);
    lost.process.kill("SIGKILL");
    await lost.ended;
    const workers = [work(at), work(at)];
    for (const chunks of [60, 120]) {
      while (nChunks(at) < chunks) await sleep(20);
      await redis.restart();
    }
    const did = await Promise.all(workers.map(async ({ ended }) => done(printedBy(await ended))));
    expect(did.every((shards) => shards.length > 0)).toBe(true);
    expect(await status(at)).toMatchObject({ missing: [], failed: [], submitted: {} });
    await succeed("shard", "merge", at, "--through", "rank");
    await succeed("collect", ...SETUP, ...LATER, "--out", join(folder, "whole"));
    await succeed("rank", join(folder, "whole"));
    expect(directoryContents(join(at, "run"))).toEqual(directoryContents(join(folder, "whole")));
    expect(await submit(at)).toContain("24 shards in the queue"); // for their share of the selection's answers
    await succeed("shard", "work", at, ...queue());
    expect(readdirSync(join(at, "answers")).length).toBeGreaterThan(0);
  }, 900_000);

  it("leaves a shard that takes longer than its lock to the worker that is at it", async () => {
    const at = join(folder, "locked");
    const sums = pathToFileURL(join(dirname(DEMO_MODEL), "sums.mjs")).href;
    const slow = join(folder, "slow.mjs");
    writeFileSync(
      slow,
      `import { setTimeout as sleep } from "node:timers/promises";
      import sums from ${JSON.stringify(sums)};
      export default { ...sums, name: "slow", score: async (...asked) => (await sleep(130), sums.score(...asked)) };`,
    );
    const many = ["--task", slow, "--data", DEMO_QUESTIONS, "--samples", "500", "--chunk-samples", "1"];
    await succeed("shard", "plan", ...ON_DEMO, ...many, ...LATER, "--shards", "1", "--out", at);
    await submit(at);
    const begun = performance.now();
    const did = await Promise.all([work(at), work(at)].map(async ({ ended }) => done(printedBy(await ended))));
    expect(performance.now() - begun).toBeGreaterThan(60_000); // BullMQ's lock and its look for lost workers: 30 s each
    expect(did.flat()).toEqual([0]);
  }, 900_000);

  (existsSync(REAL_MODEL) ? it : it.skip)(
    "has locks renewed by a worker whose engine and encoders are at work all the time (skipped without ../shared)",
    async () => {
      const [at, data, delay] = ["busy", "sums.jsonl", "delay"].map((name) => join(folder, name)) as [string, string, string]; // prettier-ignore
      writeFileSync(data, sumQuestions(400, 1));
      const real = ["--model", REAL_MODEL, "--sae", REAL_SAES, "--threads", "2", "--verify", "never"];
      const asked = ["--task", "jsonl-choice", "--data", data, "--samples", "128", "--chunk-samples", "128"];
      await succeed("shard", "plan", ...real, ...asked, ...LATER, "--shards", "1", "--out", at);
      await submit(at);
      const worker = startWithClients(["shard", "work", at, ...queue(), "--json"], {
        ...{ node: ["--import", LOOP_DELAY], environment: { LOOP_DELAY: delay } },
      });
      expect(done(printedBy(await worker.ended))).toEqual([0]);
      expect(Number(readFileSync(delay, "utf8"))).toBeLessThan(RENEWAL_MS / 3);
    },
    900_000,
  );

  it("has a shard that fails tried three times, names it, and has it again when it is submitted anew", async () => {
    const at = await plan("failing", 1);
    writeFileSync(join(at, "objects"), "where a folder has to be");
    await submit(at);
    expectFailure(await work(at).ended, 1, "ERR_RUN_INCOMPLETE", "1 of 1 shards failed");
    expect(await status(at)).toMatchObject({
      failed: [{ shard: 0, code: "ERR_FILE_WRITE" }],
      submitted: { failed: 1 },
    });
    rmSync(join(at, "objects"));
    await submit(at);
    expect(done(printedBy(await work(at).ended))).toEqual([0]);
    expect(await submit(at)).toContain("0 shards");
  }, 300_000);

  it("is emptied by cancelling, and put back what a worker was at that was told to end", async () => {
    const at = await plan("cancelled", 2);
    await submit(at);
    const stopped = work(at);
    while (nChunks(at) < 5) await sleep(20);
    stopped.process.kill("SIGINT");
    await stopped.ended;
    expect((await status(at)).submitted).toEqual({ waiting: 2 });
    await succeed("shard", "cancel", at, ...queue());
    expect((await status(at)).submitted).toEqual({});
    expect(done(printedBy(await work(at).ended))).toEqual([]);
  }, 120_000);

  it("is refused without its server, or with another password, in a sentence that has none", async () => {
    const at = join(folder, "cancelled");
    const wrong = redis.url.replace(encodeURIComponent(PASSWORD), "another-secret");
    const nowhere = `redis://:another-secret@127.0.0.1:1`;
    for (const [url, reason] of [
      [wrong, "WRONGPASS"],
      [nowhere, "ECONNREFUSED"],
    ] as const) {
      const outcome = await start("shard", "submit", at, "--on", "bullmq", "--redis", url).ended;
      expectFailure(outcome, 1, "ERR_RUN_INCOMPLETE", "127.0.0.1", reason);
      expect(outcome.stderr).not.toContain("another-secret");
    }
  }, 60_000);

  it("is reached over TLS by who trusts its certificate, and by nobody else", async () => {
    const at = join(folder, "cancelled");
    const guarded = join(folder, "tls");
    mkdirSync(guarded);
    const server = await RedisServer.start(guarded, { program, tls: true });
    const submit = (trusted: NodeJS.ProcessEnv) =>
      startWithClients(["shard", "submit", at, "--on", "bullmq", "--redis", server.url], { environment: trusted })
        .ended;
    expectFailure(await submit({}), 1, "ERR_RUN_INCOMPLETE", "rediss://127.0.0.1", "SELF_SIGNED");
    expect(printedBy(await submit({ NODE_EXTRA_CA_CERTS: server.certificate }))).toContain("2 shards in the queue");
    await server.stop();
  }, 60_000);
});
