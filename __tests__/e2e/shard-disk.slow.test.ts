import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { DEMO_TASK, MAIN, ON_DEMO, quietly, startProgram, succeed } from "../support/corrsteer";
import { directoryContents } from "../support/directory-contents";
import { temporaryFolder } from "../support/temporary-folder";

const folder = temporaryFolder();
const [plan, disk, roomy] = ["plan", "disk", "roomy"].map((name) => join(folder, name)) as [string, string, string];
mkdirSync(disk);
const canMount =
  process.platform === "linux" &&
  spawnSync("unshare", ["--map-root-user", "--mount", "mount", "-t", "tmpfs", "corrsteer", disk]).status === 0;
/** All but what tells when, and by whom. */
const results = (storage: string) =>
  Object.fromEntries(
    Object.entries(directoryContents(storage)).filter(([name]) => /^(chunks|objects|plan)\b/.test(name)),
  );

(canMount ? test : test.skip)(
  "a worker on a full disk does what there is room for and says so; with room it does the rest (skipped without unshare)",
  async () => {
    const setup = [...ON_DEMO, ...DEMO_TASK, "--samples", "90", "--chunk-samples", "9"];
    const later = ["--validation-samples", "20", "--test-samples", "20"];
    await succeed("shard", "plan", ...setup, ...later, "--shards", "5", "--out", plan);
    await succeed("shard", "work", plan, "--storage", roomy);
    const command = [process.execPath, MAIN, ...quietly(["shard", "work", plan, "--storage", join(disk, "storage")])];
    const kept = join(folder, "kept");
    const script = [
      `mount -t tmpfs -o size=200k corrsteer "${disk}"`,
      `("$@"; echo "code $?")`,
      `mount -o remount,size=20m "${disk}"`,
      `"$@" && cp -r "${disk}/storage" "${kept}"`,
    ].join(" && ");
    const args = ["--map-root-user", "--mount", "sh", "-c", script, "sh", ...command];
    const outcome = await startProgram("unshare", args).ended;
    expect(outcome).toMatchObject({ code: 0, signal: null });
    expect(outcome.stderr).toMatch(/^corrsteer: ERR_RUN_INCOMPLETE [1-4] of 5 shards failed, [^\n]*ENOSPC[^\n]*\n$/);
    expect(outcome.stdout).toMatch(/^code 1\ndone: [^\n]*\n$/);
    expect(results(kept)).toEqual(results(roomy));
  },
);
