import { Worker } from "node:worker_threads";
import { preamble, runChild } from "./child";

const fine = { code: 0, signal: null, stderr: "" };

test("a process ends by itself when nothing runs, disposed of or not", async () => {
  const script = (dispose: string) => `(async () => {
    const engine = await open();
    await engine.run({ prompt, branches: [{ maxTokens: 5 }] });
    ${dispose}
    console.log("done");
  })()`;
  expect(await runChild(script(""))).toEqual({ ...fine, stdout: "done\n" });
  expect(await runChild(script("await engine.model.dispose();"))).toEqual({ ...fine, stdout: "done\n" });
});

test.each([
  ["while it generates", `open().then(generating).then(() => process.exit(0))`],
  [
    "while several engines generate",
    `Promise.all([open(), open({ threads: 1 })]).then((all) => Promise.all(all.map(generating))).then(() => process.exit(0))`,
  ],
  ["while an engine is made", `Model.load(path).then((model) => { void model.createEngine(); process.exit(0); })`],
  ["while a model is loaded", `void Model.load(path); setImmediate(() => process.exit(0))`],
  [
    "while it is disposed of",
    `open().then(async (engine) => { await generating(engine); void engine.model.dispose(); process.exit(0); })`,
  ],
])("process.exit %s is clean", async (_when, script) => {
  for (let round = 0; round < 4; round++) expect(await runChild(script)).toEqual({ ...fine, stdout: "" });
});

test("an uncaught exception while it generates ends the process as ever", async () => {
  const ending = await runChild(
    `open().then(generating).then(() => { setImmediate(() => { throw new Error("mine"); }); })`,
  );
  expect(ending).toMatchObject({ code: 1, signal: null });
  expect(ending.stderr).toContain("mine");
});

test("what onProgress throws rejects the load", async () => {
  const script = `Model.load(path, { onProgress() { throw new Error("mine"); } }).catch((error) => console.log(error.message))`;
  expect(await runChild(script)).toEqual({ ...fine, stdout: "mine\n" });
});

test("abandoned models and engines are collected", async () => {
  const script = `(async () => {
    const finished = [];
    const registry = new FinalizationRegistry((name) => finished.push(name));
    for (let i = 0; i < 6; i++) {
      const engine = await open();
      registry.register(engine, i);
      await engine.run({ prompt, branches: [{ maxTokens: 5 }] });
    }
    for (let i = 0; i < 50 && finished.length < 5; i++) { global.gc(); await new Promise((r) => setTimeout(r, 10)); }
    const threads = require("node:fs").readdirSync("/proc/self/task").length;
    console.log(finished.length >= 5, threads < 24);
  })()`;
  const expected = process.platform === "linux" ? "true true\n" : expect.any(String);
  expect(await runChild(script, { flags: ["--expose-gc"] })).toEqual({ ...fine, stdout: expected });
});

test("collection while runs are under way loses none of them", async () => {
  const script = `(async () => {
    setInterval(() => global.gc(), 1).unref();
    const runs = Array.from({ length: 4 }, async () =>
      (await open({ contextTokens: 1024 })).run({ prompt, branches: [{ maxTokens: 60 }] }));
    console.log((await Promise.all(runs)).length);
  })()`;
  expect(await runChild(script, { flags: ["--expose-gc"] })).toEqual({ ...fine, stdout: "4\n" });
});

const inWorker = `
const { parentPort } = require("node:worker_threads");
open().then(async (engine) => {
  const { branches } = await engine.run({ prompt, branches: [{ maxTokens: 5 }] });
  parentPort.postMessage(branches[0].tokens.length);
  await generating(engine);
  parentPort.postMessage("generating");
});`;

test("a worker thread generates, and is terminated while it does", async () => {
  for (let round = 0; round < 3; round++) {
    const worker = new Worker(preamble + inWorker, { eval: true });
    const messages: unknown[] = [];
    await new Promise<void>((resolve, reject) => {
      worker.on("error", reject);
      worker.on("message", (message) => {
        messages.push(message);
        if (message === "generating") resolve();
      });
    });
    expect(await worker.terminate()).toBe(1);
    expect(messages).toEqual([expect.any(Number), "generating"]);
  }
});

test("worker threads come and go in a process that never loads the addon itself", async () => {
  const script = `
    const { Worker } = require("node:worker_threads");
    const source = ${JSON.stringify(preamble + inWorker)};
    (async () => {
      for (let round = 0; round < 2; round++) {
        const workers = [0, 1].map(() => new Worker(source, { eval: true }));
        await Promise.all(workers.map((worker) => new Promise((resolve, reject) => {
          worker.on("error", reject);
          worker.on("message", (message) => message === "generating" && resolve());
        })));
        await Promise.all(workers.map((worker) => worker.terminate()));
      }
      for (let ms = 0; ms < 60; ms += 12) { // at whatever it is doing then
        const worker = new Worker(source, { eval: true });
        await new Promise((resolve) => worker.once("online", () => setTimeout(resolve, ms)));
        await worker.terminate();
      }
      console.log("done");
    })()`;
  expect(await runChild(script, { timeoutMs: 40_000 })).toEqual({ ...fine, stdout: "done\n" });
});
