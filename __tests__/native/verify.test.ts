import { copyFileSync, existsSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { SteeringError } from "../../lib/errors";
import { modelHash } from "../../lib/model/hash";
import { Model } from "../../lib/model/model";
import { firstLoad } from "../../lib/model/verify/first-load";
import { freshCache } from "../support/cache";
import { asserted, fatal, splitModel } from "../support/split-model";
import { temporaryFolder } from "../support/temporary-folder";
import { fixture } from "./models";

const cache = freshCache();
const folder = temporaryFolder();
const good = fixture("llama").model;
const LONG_AGO = new Date(2000, 1, 1);

/** The files of the verdicts. */
function verdicts(): string[] {
  const at = join(cache(), "verdicts");
  return existsSync(at) ? readdirSync(at).map((name) => join(at, name)) : [];
}

async function load(path: string, verify: "never" | "unknown" | "always" = "unknown"): Promise<void> {
  await (await Model.load(path, { verify })).dispose();
}

const ENDED = { code: "ERR_MODEL_LOAD", details: { ending: "SIGSEGV" } };

test("a file over which llama.cpp ends its process ends a child process, and is refused with what it said last", async () => {
  const [path] = splitModel(folder, asserted);
  await expect(load(path)).rejects.toMatchObject({
    code: "ERR_MODEL_LOAD",
    details: { path, ending: "SIGABRT", log: expect.stringContaining("unsupported types") },
  });
  splitModel(folder, fatal);
  await expect(load(path)).rejects.toMatchObject(ENDED);
  splitModel(folder);
  await load(path);
});

test.each(["good", "fatal"])(
  "the verdict on a %s file is remembered, and made anew where that is asked for",
  async (kind) => {
    const [path] = kind === "good" ? [good] : splitModel(folder, asserted);
    const outcome = (verify: "unknown" | "always" = "unknown") => load(path, verify).then(() => "loaded", String);
    const first = await outcome();
    const [verdict] = verdicts();
    utimesSync(verdict!, LONG_AGO, LONG_AGO);
    expect(await outcome()).toBe(first);
    expect(statSync(verdict!).mtime).toEqual(LONG_AGO);
    expect(await outcome("always")).toBe(first);
    expect(statSync(verdict!).mtime).not.toEqual(LONG_AGO);
    expect(verdicts()).toEqual([verdict]);
  },
);

test("a copy is known", async () => {
  await load(good);
  const copy = join(folder, "copy.gguf");
  copyFileSync(good, copy);
  utimesSync(verdicts()[0]!, LONG_AGO, LONG_AGO);
  await load(copy);
  expect(verdicts()).toHaveLength(1);
  expect(statSync(verdicts()[0]!).mtime).toEqual(LONG_AGO);
});

test("a verdict that is damaged is made anew", async () => {
  await load(good);
  const [path] = verdicts();
  const whole = readFileSync(path!, "utf8");
  for (const damaged of ["", "[]", '{"format":1,"crash":{"ending":"SIGABRT"}}']) {
    writeFileSync(path!, damaged);
    await load(good);
    expect(readFileSync(path!, "utf8")).toBe(whole);
  }
});

test("a part that is rewritten in place, with size and mtime as before, is another model", async () => {
  const [path, second] = splitModel(folder);
  await sleep(2100); // until its hash can be remembered
  await load(path);
  expect(readdirSync(join(cache(), "hashes"))).toHaveLength(2);
  const before = await modelHash(path);
  const { atime, mtime, size } = statSync(second);
  splitModel(folder, fatal);
  utimesSync(second, atime, mtime);
  expect(statSync(second)).toMatchObject({ size, mtime });
  expect(await modelHash(path)).not.toBe(before);
  await expect(load(path)).rejects.toMatchObject(ENDED);
});

test("where the cache can't be written each load is the first", async () => {
  process.env["XDG_CACHE_HOME"] = good; // no folder can be made in a file
  await load(good);
  const [path] = splitModel(folder, fatal);
  await expect(load(path)).rejects.toMatchObject(ENDED);
});

test("what is refused without ending a process is refused in the same words, and not remembered", async () => {
  const path = join(folder, "cut.gguf");
  writeFileSync(path, readFileSync(good).subarray(0, 9000));
  const refusal = (verify: "never" | "unknown") => load(path, verify).catch((error: unknown) => error as SteeringError);
  const [here, first] = [await refusal("never"), await refusal("unknown")];
  expect(here).toMatchObject({ code: "ERR_MODEL_LOAD" });
  expect(first).toMatchObject({ code: "ERR_MODEL_LOAD", message: here!.message, details: here!.details });
  const device = { code: "ERR_OUT_OF_RANGE", details: { name: "device" } };
  await expect(Model.load(good, { verify: "unknown", device: "abacus" })).rejects.toMatchObject(device);
  await expect(load(join(folder, "none.gguf"))).rejects.toMatchObject({ code: "ERR_MODEL_LOAD" });
  expect(verdicts()).toEqual([]);
});

test("a library loads files at once unless it is asked to look first", async () => {
  await (await Model.load(good)).dispose();
  expect(verdicts()).toEqual([]);
  await expect(Model.load(good, { verify: "often" as "never" })).rejects.toMatchObject({
    code: "ERR_INVALID_ARGUMENT",
    details: { name: "verify" },
  });
});

test("a debugger that this process is told to wait for is not waited for in the child", async () => {
  process.env["NODE_OPTIONS"] = "--inspect-brk=0";
  try {
    await load(good);
  } finally {
    delete process.env["NODE_OPTIONS"];
  }
  expect(verdicts()).toHaveLength(1);
});

/** Ids of this process's children. */
function children(): number[] {
  const tasks = readdirSync("/proc/self/task");
  return tasks.flatMap((task) =>
    readFileSync(`/proc/self/task/${task}/children`, "utf8").split(" ").filter(Boolean).map(Number),
  );
}

(process.platform === "linux" ? describe : describe.skip)("the child process", () => {
  /** What it does once the child is there. */
  const onChild = async (act: (pid: number) => void, start: () => Promise<unknown>) => {
    const before = children();
    const settled = start().catch((error: unknown) => error);
    let pid: number | undefined;
    while ((pid = children().find((each) => !before.includes(each))) === undefined) await sleep(1);
    act(pid);
    const outcome = await settled;
    expect(existsSync(`/proc/${pid}`)).toBe(false);
    return outcome;
  };

  test("is gone when an abort rejects", async () => {
    const controller = new AbortController();
    const loading = () => Model.load(good, { verify: "unknown", signal: controller.signal });
    const reason = new Error("enough");
    expect(await onChild(() => controller.abort(reason), loading)).toBe(reason);
    expect(verdicts()).toEqual([]);
  });

  test("is gone when its time is up", async () => {
    const loading = () => firstLoad(good, { device: "cpu", timeoutMs: 20 });
    expect(await onChild(() => {}, loading)).toMatchObject({
      code: "ERR_MODEL_LOAD",
      details: { reason: "llama.cpp has not loaded it within 0.02 s" },
    });
  });

  test("that somebody kills leaves no verdict", async () => {
    const outcome = await onChild(
      (pid) => process.kill(pid, "SIGKILL"),
      () => load(good),
    );
    expect(outcome).toMatchObject({ code: "ERR_MODEL_LOAD", details: { ending: "SIGKILL" } });
    expect(verdicts()).toEqual([]);
  });

  test("says nothing of a file that changes while it looks", async () => {
    const path = join(folder, "changing.gguf");
    copyFileSync(good, path);
    const outcome = await onChild(
      () => writeFileSync(path, readFileSync(fixture("qwen3").model)),
      () => load(path),
    );
    expect(outcome).toMatchObject({ code: "ERR_MODEL_LOAD" });
    expect(verdicts()).toEqual([]);
  });
});
