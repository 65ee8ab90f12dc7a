import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { lockRun, RunLock, type LockFile } from "../../../lib/run/lock";
import { Run } from "../../../lib/run/run";
import { heldRun } from "../../support/held-run";
import { manifest } from "../../support/manifest";
import { temporaryFolder } from "../../support/temporary-folder";

const folder = temporaryFolder();

/** Locks within this process, as the addon's does between processes. */
function locks(): LockFile {
  const held = new Set<string>();
  return (path) => {
    if (held.has(path)) return undefined;
    held.add(path);
    return { release: () => held.delete(path) };
  };
}

describe("the lock of a run directory", () => {
  it("belongs to one process at a time, and is free after a refusal", async () => {
    const directory = join(folder, "locked");
    const lock = locks();
    const held = await RunLock.take(directory, lock);
    await Run.open(held, manifest());
    await expect(RunLock.take(directory, lock)).rejects.toMatchObject({
      code: "ERR_RUN_LOCKED",
      details: { directory },
    });
    held.release();
    {
      using next = await RunLock.take(directory, lock);
      await expect(Run.open(next, manifest({ pooling: "mean" }))).rejects.toMatchObject({ code: "ERR_RUN_MISMATCH" });
    }
    await expect(RunLock.take(directory, lock)).resolves.toBeDefined();
  });

  it("is lent to the stages of a job, whose end does not end it", async () => {
    const directory = join(folder, "lent");
    const lock = await heldRun(directory);
    {
      using lent = await lockRun(join(directory, "..", "lent"), lock);
      expect(lent.isHeld).toBe(true);
    }
    expect(lock.isHeld).toBe(true);
    const later = lock.lend();
    lock.release();
    expect(later.isHeld).toBe(false);
  });

  it("is refused for another directory, and when it was released", async () => {
    const lock = await heldRun(join(folder, "mine"));
    await expect(lockRun(join(folder, "other"), lock)).rejects.toMatchObject({ code: "ERR_INVALID_ARGUMENT" });
    lock.release();
    await expect(lockRun(join(folder, "mine"), lock)).rejects.toMatchObject({ code: "ERR_INVALID_ARGUMENT" });
  });

  it("finds what killed holders left half-written, in every folder of a run, and nothing else", async () => {
    const directory = join(folder, "swept");
    const stale = [
      "run.json.0a1b2c3d4e5f.partial",
      "profiles/A.steer.json.0a1b2c3d4e5f.partial",
      "spool.a1B2_c.partial",
    ];
    const staleFolders = ["activations/000001.0a1b2c3d4e5f.partial", "moments/000000.0a1b2c3d4e5f.partial"];
    const others = ["figures/rank.svg", "official/x.json", "thesis.pdf.partial", "figures.fa.partial"];
    for (const name of [...stale, ...staleFolders.map((name) => `${name}/samples.jsonl`), ...others]) {
      mkdirSync(dirname(join(directory, name)), { recursive: true });
      writeFileSync(join(directory, name), "half");
    }
    await heldRun(directory);
    for (const name of [...stale, ...staleFolders]) expect([name, existsSync(join(directory, name))]).toEqual([name, false]); // prettier-ignore
    for (const name of others) expect([name, existsSync(join(directory, name))]).toEqual([name, true]);
  });

  it("leaves alone what another holder is writing", async () => {
    const directory = join(folder, "busy");
    const lock = locks();
    await RunLock.take(directory, lock);
    writeFileSync(join(directory, "ranking.json.0a1b2c3d4e5f.partial"), "half");
    await expect(RunLock.take(directory, lock)).rejects.toMatchObject({ code: "ERR_RUN_LOCKED" });
    expect(readdirSync(directory)).toEqual(["ranking.json.0a1b2c3d4e5f.partial"]);
  });
});
