import { copyFileSync, existsSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { SteeringError } from "../../lib/errors";
import { Model } from "../../lib/model/model";
import { firstLoad } from "../../lib/model/verify/first-load";
import { freshCache } from "../support/cache";
import { fatalFiles } from "../support/fatal-files";
import { splitModel } from "../support/split-model";
import { temporaryFolder } from "../support/temporary-folder";
import { fixture } from "./models";

const cache = freshCache();
const folder = temporaryFolder();
const fatal = fatalFiles();
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

test("a file that is not known yet is looked at, and loaded", async () => {
  await load(good);
  expect(verdicts()).toHaveLength(1);
});

test("a verdict is remembered, and made anew where that is asked for", async () => {
  await load(good);
  const [verdict] = verdicts();
  utimesSync(verdict!, LONG_AGO, LONG_AGO);
  await load(good);
  expect(statSync(verdict!).mtime).toEqual(LONG_AGO);
  await load(good, "always");
  expect(statSync(verdict!).mtime).not.toEqual(LONG_AGO);
  expect(verdicts()).toEqual([verdict]);
});

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
  const [path, second] = splitModel(folder, "llama");
  await sleep(2100); // until its hash can be remembered
  await load(path);
  expect(readdirSync(join(cache(), "hashes"))).toHaveLength(2);
  const { atime, mtime, size } = statSync(second);
  splitModel(folder, "llama", (_first, tensors) => {
    tensors.at(-1)!.data = Buffer.alloc(tensors.at(-1)!.data.length);
  });
  utimesSync(second, atime, mtime);
  expect(statSync(second)).toMatchObject({ size, mtime });
  await load(path);
  expect(verdicts()).toHaveLength(2);
});

test("where the cache can't be written each load is the first", async () => {
  process.env["XDG_CACHE_HOME"] = good; // no folder can be made in a file
  await load(good);
});

(fatal ? describe : describe.skip)("a file over which llama.cpp ends the process (skipped without a compiler)", () => {
  const { library, asserts, segfaults } = fatal ?? {};
  beforeAll(() => (process.env["LD_PRELOAD"] = library));
  afterAll(() => delete process.env["LD_PRELOAD"]);

  test("ends a child process, and is refused with what it said last", async () => {
    await expect(load(asserts!)).rejects.toMatchObject({
      code: "ERR_MODEL_LOAD",
      details: { path: asserts, ending: "SIGABRT", log: "ggml.c:7: GGML_ASSERT(false) failed" },
    });
    await expect(load(segfaults!)).rejects.toMatchObject({ details: { ending: "SIGSEGV" } });
    await load(good);
  });

  test("is known, wherever it lies, until a look at it is asked for", async () => {
    await expect(load(asserts!)).rejects.toMatchObject({ details: { ending: "SIGABRT" } });
    const copy = join(folder, "copy-of-it.gguf");
    copyFileSync(asserts!, copy);
    await expect(load(copy)).rejects.toMatchObject({ details: { path: copy, ending: "SIGABRT" } });
    await load(copy, "always"); // it is the name that ends this one
    await load(copy);
  });

  test("is refused where the cache can't be written", async () => {
    process.env["XDG_CACHE_HOME"] = good;
    await expect(load(asserts!)).rejects.toMatchObject({ details: { ending: "SIGABRT" } });
  });
});

test("what is refused without ending a process is refused in the same words, and not remembered", async () => {
  const path = join(folder, "cut.gguf");
  writeFileSync(path, readFileSync(good).subarray(0, 9000));
  const refusal = (verify: "never" | "unknown") => load(path, verify).catch((error: unknown) => error as SteeringError);
  const [here, first] = [await refusal("never"), await refusal("unknown")];
  expect(here).toMatchObject({ code: "ERR_MODEL_LOAD" });
  expect(first).toMatchObject({ code: "ERR_MODEL_LOAD", message: here!.message, details: here!.details });
  const device = { code: "ERR_OUT_OF_RANGE", details: { name: "device" } };
  for (const name of ["abacus", "\0"]) {
    await expect(Model.load(good, { verify: "unknown", device: name })).rejects.toMatchObject(device);
  }
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
