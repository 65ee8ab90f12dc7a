import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readTransfer } from "../../lib";
import { corrsteer, DEMO_QUESTIONS, DEMO_TASK, expectFailure, ON_DEMO, succeed } from "../support/corrsteer";
import { temporaryFolder } from "../support/temporary-folder";

const folder = temporaryFolder();
const SIZES = ["--samples", "150", "--validation-samples", "30", "--test-samples", "60"];
const QUICK = [
  "--controls",
  "none",
  "--scales",
  "none",
  "--bootstrap",
  "0",
  "--permutations",
  "0",
  "--significance",
  "none",
];
const run = (name: string) => join(folder, name);

async function collectRun(name: string, ...options: string[]): Promise<void> {
  const all = [...ON_DEMO, ...DEMO_TASK, ...SIZES, ...QUICK, "--variant", "A", ...options, "--out", run(name)];
  await succeed("run", ...all);
}

describe("transfer", () => {
  beforeAll(async () => {
    await collectRun("one", "--seed", "1");
    await collectRun("two", "--seed", "2");
  }, 120_000);

  it("tries each run's profile on each run's test questions", async () => {
    const stdout = await succeed("transfer", run("one"), run("two"), "--threads", "1");
    expect(stdout).toMatch(/^A of \\ on +one +two\nno steering .*\none .*\ntwo .*\n/);
    const { sources, targets, cells, notes } = await readTransfer(run("one"));
    expect(sources.map(({ run, nFeatures }) => [run, nFeatures])).toEqual([
      ["one", 4],
      ["two", 4],
    ]);
    expect(targets.map(({ n, leftOut }) => [n, leftOut])).toEqual([
      [60, 0],
      [60, 0],
    ]);
    expect(cells.map(({ source, target }) => [source, target])).toEqual([
      ["one", "one"],
      ["two", "one"],
      ["one", "two"],
      ["two", "two"],
    ]);
    for (const { target, meanScore, comparison } of cells) {
      const { baseline } = targets.find(({ run }) => run === target)!;
      expect(comparison.difference).toBeCloseTo(meanScore - baseline, 12);
      expect(comparison.difference).toBeGreaterThan(0.1); // what was planted is the same for both seeds
    }
    expect(notes).toEqual([]);
  });

  it("leaves out what one of the runs selected on: official splits of two seeds overlap", async () => {
    const pool = join(folder, "pool.jsonl");
    writeFileSync(pool, readFileSync(DEMO_QUESTIONS, "utf8").replaceAll(/, ?"split": ?"\w+"/g, ""));
    for (const seed of ["3", "4"]) await collectRun(seed, "--data", pool, "--split", "official", "--seed", seed);
    await succeed("transfer", run("3"), run("4"), "--threads", "1", "--out", folder);
    const { targets, notes } = await readTransfer(folder);
    const leftOut = targets.reduce((sum, target) => sum + target.leftOut, 0);
    expect(leftOut).toBeGreaterThan(0);
    for (const target of targets) expect(target.n + target.leftOut).toBe(60);
    expect(notes.join("\n")).toContain("left out: one of the runs selected or validated on them");
  });

  it("refuses one run alone, the same twice, and a folder that is none", async () => {
    expectFailure(await corrsteer("transfer", run("one")), 2, "ERR_INVALID_ARGUMENT", "at least two");
    expectFailure(await corrsteer("transfer", run("one"), run("one")), 2, "ERR_INVALID_ARGUMENT", "one");
    expectFailure(await corrsteer("transfer", run("one"), folder), 1, "ERR_RUN_INCOMPLETE", folder);
    const missing = await corrsteer("transfer", run("one"), run("two"), "--variant", "S");
    expectFailure(missing, 1, "ERR_RUN_INCOMPLETE", "variant S");
  });
});
