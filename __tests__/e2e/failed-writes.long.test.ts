import { spawnSync } from "node:child_process";
import { openSync } from "node:fs";
import { constants } from "node:os";
import { join } from "node:path";
import type { Fault } from "../faults/child";
import {
  DEMO_SAES,
  DEMO_TASK,
  expectFailure,
  MAIN,
  ON_DEMO,
  quietly,
  startProgram,
  succeed,
} from "../support/corrsteer";
import { directoryContents } from "../support/directory-contents";
import { temporaryFolder } from "../support/temporary-folder";

const folder = temporaryFolder();
const FAULTS = join(__dirname, "..", "faults");
const JITI = join(__dirname, "..", "..", "node_modules", "jiti", "lib", "jiti-cli.mjs");
const preload = join(folder, "fail-nth-call.so");
const compiled = spawnSync("cc", ["-shared", "-fPIC", "-o", preload, join(FAULTS, "fail-nth-call.c"), "-ldl"]);
const canPreload = process.platform === "linux" && compiled.status === 0;

(canPreload ? describe : describe.skip)("a call that fails while writing (skipped without a compiler)", () => {
  let faults: Fault[];
  beforeAll(async () => {
    const args = [JITI, join(FAULTS, "child.ts"), folder];
    const { stdout, stderr, code } = await startProgram(process.execPath, args, { LD_PRELOAD: preload }).ended;
    expect({ stderr, code }).toEqual({ stderr: "", code: 0 });
    faults = stdout.trim().split("\n").map((line) => JSON.parse(line) as Fault); // prettier-ignore
  }, 600_000);

  test("was each that there is, of every stage", () => {
    const counts = Object.fromEntries(faults.map(({ job, n }) => [job, n]));
    const least = { collect: 60, "collect moments": 80, rank: 7, select: 20, evaluate: 13, report: 20, export: 20 };
    for (const [job, n] of Object.entries({
      ...least,
      capture: 7,
      encode: 7,
      "save a profile": 14,
      transfer: 8,
      compare: 7,
      train: 60,
    })) {
      expect([job, counts[job]]).toEqual([job, expect.any(Number)]);
      expect(counts[job]).toBeGreaterThanOrEqual(n);
    }
    const calls = new Set(faults.map(({ call }) => call.split(" ")[0]));
    expect([...calls].sort()).toEqual(["close", "fsync", "mkdir", "open", "pwrite", "rename", "rmdir", "unlink", "write"]); // prettier-ignore
  });

  test("is ERR_FILE_WRITE, which says where", () => {
    expect(faults.filter(({ code, message }) => code !== "ERR_FILE_WRITE" || !message.includes(folder))).toEqual([]);
  });

  test("leaves nothing half-written to be seen", () => {
    expect(faults.filter(({ halfWritten }) => halfWritten.length > 0)).toEqual([]);
  });

  test("is made good by the same command, with the same bytes", () => {
    expect(faults.filter(({ goesOn }) => !goesOn)).toEqual([]);
  });

  test("ends the command with exit code 1", async () => {
    const options = ["--samples", "16", "--validation-samples", "8", "--test-samples", "8", "--variant", "A"];
    const args = (out: string) => ["run", ...ON_DEMO, ...DEMO_TASK, ...options, "--significance", "none", "--controls", "none", "--out", join(folder, out)]; // prettier-ignore
    await succeed(...args("whole"));
    for (const n of [1, 9, 50, 75, 95]) {
      const out = `failed-${n}`;
      const environment = {
        LD_PRELOAD: preload,
        FAULT_ROOT: join(folder, out),
        FAULT: `1:${n}:${constants.errno.ENOSPC}`,
      };
      const outcome = await startProgram(process.execPath, [MAIN, ...quietly(args(out))], environment).ended;
      expectFailure(outcome, 1, "ERR_FILE_WRITE", join(folder, out));
      await succeed(...args(out));
      expect(directoryContents(join(folder, out))).toEqual(directoryContents(join(folder, "whole")));
    }
  });
});

(process.platform === "linux" ? test : test.skip)(
  "a full disk behind stdout is ERR_FILE_WRITE, behind stderr an exit code",
  () => {
    const full = openSync("/dev/full", "w");
    const onStdout = spawnSync(process.execPath, [MAIN, "inspect", DEMO_SAES], { stdio: ["ignore", full, "pipe"] });
    expect(onStdout.status).toBe(1);
    expect(onStdout.stderr.toString()).toMatch(/^corrsteer: ERR_FILE_WRITE [^\n]*standard output[^\n]*ENOSPC[^\n]*\n$/);
    const onStderr = spawnSync(process.execPath, [MAIN, "inspect", "nothing"], { stdio: ["ignore", "pipe", full] });
    expect(onStderr.status).toBe(2);
  },
);
