import { cpSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { describeInBrowser } from "../support/browser";
import { openFile, startBrowser } from "../support/chromium";
import { compareRuns } from "../../lib";
import { DEMO_TASK, expectFailure, ON_DEMO } from "../support/corrsteer";
import { residentCorrsteer } from "../support/resident";
import { temporaryFolder } from "../support/temporary-folder";

const folder = temporaryFolder();
const { corrsteer, succeed } = residentCorrsteer();
const SMALL = ["--samples", "200", "--validation-samples", "40", "--test-samples", "80", "--bootstrap", "0"];
const RUN = ["run", ...ON_DEMO, ...DEMO_TASK, ...SMALL, "--scales", "none", "--controls", "random", "--variant", "A"];

interface Spread {
  values: number[];
  mean: number;
  sd: number | null;
}
interface Comparison {
  groups: {
    facts: Record<string, string>;
    runs: { seed: number; directory: string }[];
    arms: { name: string; score: Spread; difference: Spread | null; nShown: number | null }[];
  }[];
}

const seeds = join(folder, "seeds");
const pooled = join(folder, "pooled");
const directories = [`${seeds}-1`, pooled, `${seeds}-2`];
const accuracyOf = (directory: string, name: string) =>
  (
    JSON.parse(readFileSync(join(directory, "evaluation.json"), "utf8")) as {
      arms: { name: string; meanScore: number }[];
    }
  ).arms.find((arm) => arm.name === name)!.meanScore;

let bySeeds: Comparison;

beforeAll(async () => {
  bySeeds = JSON.parse(await succeed(...RUN, "--seeds", "1,2", "--out", seeds, "--json")) as Comparison;
  await succeed(...RUN, "--seed", "1", "--pooling", "mean", "--out", pooled);
}, 120_000);

test("a comparison that is aborted ends with the signal's reason, after the run that it reads", async () => {
  const stop = new AbortController();
  const comparing = compareRuns(directories, { signal: stop.signal });
  stop.abort(new Error("enough"));
  await expect(comparing).rejects.toThrow("enough");
});

test("run --seeds runs once for each seed and tells mean and spread", () => {
  const [group] = bySeeds.groups;

  expect(bySeeds.groups).toHaveLength(1);
  expect(group!.runs).toMatchObject([
    { seed: 1, directory: `${seeds}-1` },
    { seed: 2, directory: `${seeds}-2` },
  ]);
  expect(group!.arms.map(({ name }) => name)).toEqual(["baseline", "A", "random for A"]);
  const values = [1, 2].map((seed) => accuracyOf(`${seeds}-${seed}`, "A"));
  const baselines = [1, 2].map((seed) => accuracyOf(`${seeds}-${seed}`, "baseline"));
  const arm = group!.arms[1]!;
  expect(arm.score.values).toEqual(values);
  expect(arm.score.mean).toBeCloseTo((values[0]! + values[1]!) / 2, 12);
  expect(arm.score.sd).toBeCloseTo(Math.abs(values[0]! - values[1]!) / Math.SQRT2, 12);
  expect(arm.difference!.values[0]).toBeCloseTo(values[0]! - baselines[0]!, 12);
  expect(group!.arms[0]).toMatchObject({ difference: null, nShown: null });
});

test("compare groups runs that differ in the seed alone, in the order given", async () => {
  const { groups } = JSON.parse(await succeed("compare", ...directories, "--json")) as Comparison;

  expect(groups.map(({ runs }) => runs.map(({ directory }) => directory))).toEqual([
    [`${seeds}-1`, `${seeds}-2`],
    [pooled],
  ]);
  expect(groups[0]!.arms).toEqual(bySeeds.groups[0]!.arms);
  expect(groups.map(({ facts }) => facts)).toMatchObject([{ pooling: "max" }, { pooling: "mean" }]);
  expect(groups[0]!.facts).not.toHaveProperty("convention");
  expect(groups[1]!.arms[1]!.score.sd).toBeNull();
});

test("prints a table for each group", async () => {
  expect(await succeed("compare", ...directories)).toMatch(
    /^task .*runs seeds-1 seeds-2, .*pooling max; seeds 1, 2\narm +score +sd +difference +sd +shown in\nbaseline .*\nA .* of 2\nrandom for A .*\nNo question was selected on under two of the seeds\.\n\ntask .*run pooled, .*pooling mean; seed 1\narm +score +difference +shown\n(.*\n){3}$/,
  );
});

test("tells runs of one folder's name apart", async () => {
  const copy = join(folder, "copies", "pooled");
  cpSync(pooled, copy, { recursive: true });
  const line = new RegExp(`^task .*, runs ${basename(folder)}/pooled copies/pooled; seeds 1, 1\n`);
  expect(await succeed("compare", pooled, copy)).toMatch(line);
});

test("says what it needs", async () => {
  const nowhere = join(folder, "nowhere");

  expectFailure(await corrsteer("compare", `${seeds}-1`, nowhere), 1, "ERR_RUN_INCOMPLETE", nowhere);
  const twice = await corrsteer("compare", `${seeds}-1`, `${seeds}-1/`);
  expectFailure(twice, 2, "ERR_INVALID_ARGUMENT", "each run once");
  expectFailure(await corrsteer(...RUN, "--seeds", "1,1", "--out", nowhere), 2, "ERR_INVALID_ARGUMENT", "seeds");
  expectFailure(await corrsteer(...RUN, "--seeds", "1", "--seed", "2", "--out", nowhere), 2, "ERR_INVALID_ARGUMENT");
});

describeInBrowser("in a browser", () => {
  it.each([1280, 390])("the page of %i pixels needs no network and does not scroll sideways", async (width) => {
    const path = join(folder, "compare.html");
    await succeed("compare", ...directories, "--html", path);
    const browser = await startBrowser();
    try {
      const { page, messages, requests } = await openFile(browser, path, { width });

      expect(requests).toEqual([`file://${path}`]);
      expect(messages).toEqual([]);
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(width);
      expect(await page.locator("section").count()).toBe(2);
      expect(await page.locator("section svg:visible").count()).toBe(2);
    } finally {
      await browser.close();
    }
  });
});
