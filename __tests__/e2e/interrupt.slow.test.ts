import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ON_DEMO, start, succeed, until, type Running } from "../support/corrsteer";
import { chunksOf, directoryContents } from "../support/directory-contents";
import { temporaryFolder } from "../support/temporary-folder";

const folder = temporaryFolder();
const directory = join(folder, "run");
const taskFile = join(folder, "long-answers.mjs");
const loaded = join(folder, "loaded");

/** Answers that take a while; `loaded` appears when the questions are read, which is just before the model is. */
const TASK = `import { writeFileSync } from "node:fs";
const sizes = { train: 60, validation: 200, test: 200 };
export default {
  name: "long-answers", kind: "generation", maxTokens: 100, stop: [], scorer: "parity", pooling: "mean",
  async *load() {
    writeFileSync(${JSON.stringify(loaded)}, "");
    let i = 0;
    for (const split of Object.keys(sizes))
      for (let n = 0; n < sizes[split]; n++, i++)
        yield { id: "q" + i, prompt: (i % 10) + "+1=" + ((i % 10) + 1) + "\\n" + i + "+2=", expected: "", split };
  },
  score: (text) => (text.charCodeAt(0) % 2),
};
`;
const COLLECT = [...ON_DEMO, "--task", taskFile, "--data", "-", "--chunk-samples", "4"];

beforeAll(() => writeFileSync(taskFile, TASK));

/** Ctrl-C: the command ends within a second with the shell's exit code, one line, and nothing on stdout. */
async function interrupt(running: Running): Promise<void> {
  const begin = performance.now();
  running.process.kill("SIGINT");
  const outcome = await running.ended;
  expect(performance.now() - begin).toBeLessThan(1000);
  expect(outcome).toEqual({ code: 130, signal: null, stdout: "", stderr: "corrsteer: interrupted\n" });
}

test("Ctrl-C during collect leaves a run that ends with the bytes it would have had", async () => {
  const running = start("collect", ...COLLECT, "--out", directory);
  await until(() => chunksOf(directory).length >= 2, running);
  await interrupt(running);
  expect(existsSync(join(directory, "samples.jsonl"))).toBe(false);
  const { n, resumed } = JSON.parse(await succeed("collect", ...COLLECT, "--out", directory, "--json")) as {
    n: number;
    resumed: number;
  };
  expect(n).toBe(60);
  expect(resumed).toBeGreaterThanOrEqual(8);
  expect(resumed).toBeLessThan(60);
  const undisturbed = join(folder, "undisturbed");
  await succeed("collect", ...COLLECT, "--out", undisturbed);
  expect(directoryContents(directory)).toEqual(directoryContents(undisturbed));
});

describe("on a collected run", () => {
  beforeAll(() => succeed("rank", directory));

  test("Ctrl-C during select keeps the ranking and the profiles that were made", async () => {
    const running = start("select", directory);
    await until(() => existsSync(join(directory, "profiles", "A.steer.json")), running);
    await sleep(200); // into the validation of P
    await interrupt(running);
    expect(existsSync(join(directory, "profiles", "P.steer.json"))).toBe(false);
    expect(existsSync(join(directory, "selection.json"))).toBe(false);
  });

  test("Ctrl-C during evaluate keeps the evaluation before it", async () => {
    await succeed("evaluate", directory, "--variant", "S", "--controls", "none", "--test-samples", "2");
    const before = directoryContents(directory);
    rmSync(loaded);
    const running = start("evaluate", directory, "--scales", "0.5,2");
    await until(() => existsSync(loaded), running);
    await sleep(500); // into the first of the answers
    await interrupt(running);
    expect(directoryContents(directory)).toEqual(before);
  });
});

test("Ctrl-C during run leaves a run that goes on", async () => {
  const out = join(folder, "whole-job");
  const sizes = ["--validation-samples", "2", "--test-samples", "2"];
  const running = start("run", ...COLLECT, ...sizes, "--out", out);
  await until(() => chunksOf(out).length >= 1, running);
  await interrupt(running);
  await succeed("run", ...COLLECT, ...sizes, "--out", out);
  expect(JSON.parse(readFileSync(join(out, "evaluation.json"), "utf8"))).toMatchObject({ n: 2 });
});
