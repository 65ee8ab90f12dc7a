import { existsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { spawnSync } from "node:child_process";
import type { ShardStatus } from "../../lib";
import { CLIENTS, startWithClients } from "../support/clients";
import { DEMO_TASK, expectFailure, ON_DEMO, printedBy, type Running, startProgram, succeed } from "../support/corrsteer"; // prettier-ignore
import { directoryContents } from "../support/directory-contents";
import { freePort } from "../support/free-port";
import { temporaryFolder } from "../support/temporary-folder";

/** 90 questions in chunks of 3, by the real SDK in the bucket of a server that speaks S3's protocol. */
const folder = temporaryFolder();
const plan = join(folder, "plan");
const SETUP = [...ON_DEMO, ...DEMO_TASK, "--samples", "90", "--chunk-samples", "3"];
const LATER = ["--validation-samples", "20", "--test-samples", "20"];
const STORAGE = ["--storage", "s3://runs/plans/one"];
const SECRET = "a-secret-of-this-test";

const areHere = existsSync(join(CLIENTS, "@aws-sdk", "client-s3")) && spawnSync("moto_server", ["--help"]).status === 0;

(areHere ? describe : describe.skip)(
  "a bucket of moto's server (skipped without it and node scripts/clients.mjs)",
  () => {
    let server: Running;
    let endpoint: string;
    const start = (args: readonly string[], environment: NodeJS.ProcessEnv = {}) =>
      startWithClients(args, {
        environment: {
          ...{ AWS_ENDPOINT_URL_S3: endpoint, AWS_REGION: "us-east-1", NODE_NO_WARNINGS: "1" },
          ...{ AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: SECRET, ...environment },
        },
      });
    const work = () => start(["shard", "work", plan, ...STORAGE]);
    const nDone = async () => {
      const status = printedBy(await start(["shard", "status", plan, ...STORAGE, "--json"]).ended);
      return (JSON.parse(status) as ShardStatus).questions.done;
    };

    beforeAll(async () => {
      const port = await freePort();
      endpoint = `http://127.0.0.1:${port}`;
      server = startProgram("moto_server", ["-H", "127.0.0.1", "-p", String(port)]);
      const bucket = () => fetch(`${endpoint}/runs`, { method: "PUT" }).then(({ ok }) => ok).catch(() => false); // prettier-ignore
      while (!(await bucket())) await sleep(200);
      await succeed("shard", "plan", ...SETUP, ...LATER, "--shards", "10", "--out", plan);
    }, 120_000);
    afterAll(async () => {
      server.process.kill();
      await server.ended;
    });

    it("has one machine's bytes of two workers at once, one of whom was killed", async () => {
      const [lost, other] = [work(), work()];
      while ((await nDone()) === 0) await sleep(100);
      lost.process.kill("SIGKILL");
      await Promise.all([lost.ended, other.ended]);
      printedBy(await work().ended);
      expect(await nDone()).toBe(90);
      printedBy(await start(["shard", "merge", plan, ...STORAGE, "--through", "rank"]).ended);
      await succeed("collect", ...SETUP, ...LATER, "--out", join(folder, "whole"));
      await succeed("rank", join(folder, "whole"));
      expect(directoryContents(join(plan, "run"))).toEqual(directoryContents(join(folder, "whole")));
      expect(existsSync(join(plan, "chunks"))).toBe(false);
    }, 300_000);

    it("is refused to a worker without credentials, in a sentence that has none", async () => {
      const nothing = { AWS_ACCESS_KEY_ID: "", AWS_SECRET_ACCESS_KEY: "", AWS_EC2_METADATA_DISABLED: "true" };
      const outcome = await start(["shard", "work", plan, ...STORAGE], { ...nothing, HOME: folder }).ended;
      expectFailure(outcome, 1, "ERR_FILE_WRITE", "plan.json in s3://runs/plans/one: CredentialsProviderError");
      const gone = await start(["shard", "work", plan, "--storage", "s3://nowhere/one"]).ended;
      expectFailure(gone, 1, "ERR_FILE_WRITE", "NoSuchBucket");
      expect(gone.stderr).not.toContain(SECRET);
    }, 120_000);
  },
);
