import { existsSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { MAIN, ON_DEMO, start, startProgram, succeed, until, type Running } from "../support/corrsteer";
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
/** A second, and what a busy machine adds. */
const MOST_MS = 3000;
/** Enough that an estimate is worth while. */
const SCALES = Array.from({ length: 16 }, (_, i) => (i + 1) / 4 + 0.1).join();
const COLLECT = [...ON_DEMO, "--task", taskFile, "--data", "-", "--chunk-samples", "4"];

beforeAll(() => writeFileSync(taskFile, TASK));

const GOES_ON = "corrsteer: interrupted; the same command goes on from what was collected\n";
const BEGINS_AGAIN = "corrsteer: interrupted; the same command begins again\n";

/** Ctrl-C: the command ends within a second with the shell's exit code, one line, and nothing on stdout. */
async function interrupt(running: Running, said: string): Promise<void> {
  const begin = performance.now();
  running.process.kill("SIGINT");
  const outcome = await running.ended;
  expect(performance.now() - begin).toBeLessThan(MOST_MS);
  expect(outcome).toEqual({ code: 130, signal: null, stdout: "", stderr: said });
}

/** Waits until the command is at work on the run: it then has the run's lock open. */
async function atWork(running: Running): Promise<void> {
  if (process.platform !== "linux") return sleep(1500);
  const open = `/proc/${running.process.pid}/fd`;
  const lock = join(directory, "lock");
  const target = (fd: string) => {
    try {
      return readlinkSync(join(open, fd));
    } catch {
      return undefined; // closed meanwhile
    }
  };
  await until(() => readdirSync(open).some((fd) => target(fd) === lock), running);
}

test("Ctrl-C during collect leaves a run that ends with the bytes it would have had", async () => {
  const running = start("collect", ...COLLECT, "--out", directory);
  await until(() => chunksOf(directory).length >= 2, running);
  await interrupt(running, GOES_ON);
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

  test("Ctrl-C during permutations keeps the ranking before them", async () => {
    const before = directoryContents(directory);
    const running = start("rank", directory, "--permutations", "1000000", "--threads", "1");
    await atWork(running);
    await sleep(300); // into the first layer
    await interrupt(running, BEGINS_AGAIN);
    await succeed("rank", directory);
    expect(directoryContents(directory)).toEqual(before);
  });

  test("Ctrl-C during select keeps the ranking, and makes all profiles or none", async () => {
    rmSync(loaded);
    const running = start("select", directory);
    await until(() => existsSync(loaded), running);
    await sleep(500); // into the validation of P
    await interrupt(running, BEGINS_AGAIN);
    expect(existsSync(join(directory, "profiles", "P.steer.json"))).toBe(false);
    expect(existsSync(join(directory, "selection.json"))).toBe(false);
    await succeed("select", directory);
    expect(existsSync(join(directory, "profiles", "P.steer.json"))).toBe(true);
  });

  test("Ctrl-C during evaluate keeps the evaluation before it", async () => {
    await succeed("evaluate", directory, "--variant", "S", "--controls", "none", "--test-samples", "2");
    const before = directoryContents(directory);
    rmSync(loaded);
    const running = start("evaluate", directory, "--scales", "0.5,2");
    await until(() => existsSync(loaded), running);
    await sleep(500); // into the first of the answers
    await interrupt(running, BEGINS_AGAIN);
    expect(directoryContents(directory)).toEqual(before);
  });

  test("Ctrl-C while the report is written leaves none that is half done", async () => {
    const report = join(directory, "report.html");
    await succeed("report", directory);
    const whole = readFileSync(report, "utf8");
    rmSync(report);
    const running = start("report", directory);
    await atWork(running);
    await interrupt(running, BEGINS_AGAIN);
    expect(existsSync(report)).toBe(false);
    await succeed("report", directory);
    expect(readFileSync(report, "utf8")).toBe(whole);
  });

  test("a pipe gets an estimate, then a line every ten seconds, and nothing that moves a cursor", async () => {
    const running = startProgram(process.execPath, [MAIN, "evaluate", directory, "--scales", SCALES]);
    let said = "";
    running.process.stderr!.on("data", (text: string) => (said += text));
    await until(() => said.includes("left\n"), running);
    running.process.kill("SIGINT");
    const { code, stderr } = await running.ended;
    expect(code).toBe(130);
    expect(stderr.endsWith(BEGINS_AGAIN)).toBe(true);
    expect(stderr).toMatch(/^evaluate: \d+ arms x 200 questions, about \d+ (s|min)$/m);
    expect(stderr).toMatch(/^evaluate: \d+ arms x 200 questions, \d+\/200, \S+ questions\/(s|min), about .* left$/m);
    expect(stderr).not.toMatch(/[^\n -~]/);
  });
});

test("Ctrl-C does not wait for a scorer that never ends", async () => {
  const stuck = join(folder, "stuck.mjs");
  const scoring = join(folder, "scoring");
  const never = `score: () => { writeFileSync(${JSON.stringify(scoring)}, ""); return new Promise(() => setInterval(() => {}, 1000)); }`;
  writeFileSync(stuck, TASK.replace(/score: .*/, never));
  const running = start("collect", ...COLLECT, "--task", stuck, "--out", join(folder, "stuck-run"));
  await until(() => existsSync(scoring), running);
  await interrupt(running, GOES_ON);
});

test("Ctrl-C during run leaves a run that goes on", async () => {
  const out = join(folder, "whole-job");
  const sizes = ["--validation-samples", "2", "--test-samples", "2"];
  const running = start("run", ...COLLECT, ...sizes, "--out", out);
  await until(() => chunksOf(out).length >= 1, running);
  await interrupt(running, GOES_ON);
  await succeed("run", ...COLLECT, ...sizes, "--out", out);
  expect(JSON.parse(readFileSync(join(out, "evaluation.json"), "utf8"))).toMatchObject({ n: 2 });
});
