import { existsSync } from "node:fs";
import { join } from "node:path";
import { DEMO_TASK, expectFailure, ON_DEMO } from "../support/corrsteer";
import { residentCorrsteer } from "../support/resident";
import { temporaryFolder } from "../support/temporary-folder";
import { writeRun } from "../support/written-run";

/**
 * 60 answers, 40 of them right, all short ones among these. In layer 0 feature 0 goes with right answers, 1 with short
 * ones, 2 with option A; in layer 1 nothing goes with anything.
 */
const folder = temporaryFolder();
const { corrsteer, succeed } = residentCorrsteer();
const run = join(folder, "run");

beforeAll(async () => {
  const answers = Array.from({ length: 60 }, (_, i) => ({
    score: Number(i % 3 > 0),
    generatedTokens: i % 3 > 0 && i % 2 === 0 ? 2 : 9,
    completion: i % 5 === 0 ? " A" : " B",
    choiceLogProbabilities: { " A": -1, " B": -1 },
    group: i % 11 === 0 ? "odd" : "even",
  }));
  const first = answers.map(({ score, generatedTokens, completion }, i) => [
    i % 10 === 0 ? 0 : 3 * score,
    Number(generatedTokens === 2),
    Number(completion === " A"),
  ]);
  const second = answers.map((_, i) => [i % 7, 6 - (i % 7)]);
  await writeRun(run, [first, second], answers);
});

const rank = (...options: string[]) => succeed("rank", run, "--threads", "1", ...options);
const rows = (text: string) => text.split("\n").map((line) => line.trim().split(/\s{2,}/));

test("prints what survives, what is inside the null, and where the bar is", async () => {
  const text = await rank();
  const [header, first, second] = rows(text);
  expect(header).toEqual(["layer", "active", "best", "r", "coefficient", "frequency", "stability", "p", "q", "chance"]);
  expect([first![0], first![2], first!.at(-1)]).toEqual(["0", "0", "survives"]);
  expect([second![0], second!.at(-1)]).toEqual(["1", "inside the null"]);
  expect(text).toMatch(
    /40 of 60 samples correct\n2 features survive: r beyond 0\.\d+, family-wise p of at most 0\.05\n/,
  );
  expect(text).toMatch(/\nLayer 1: the best r is inside what 1000 permutations of the scores give \(r up to 0\.\d+ at/);
});

test("says plainly when nothing survives", async () => {
  expect(await rank("--target", "group=odd")).toMatch(
    /\nNothing survives: no feature of any layer is beyond what 1000/,
  );
});

test("names strength by the signs asked for: -r of negative ones, |r| of both", async () => {
  expect(await rank("--sign", "negative")).toMatch(/\(-r up to 0\.\d+ at/);
  expect(await rank("--sign", "both")).toMatch(/features? survives?: \|r\| beyond 0\.\d+, /);
});

test("correlates with another target, turned round or not", async () => {
  expect(rows(await rank("--target", "chosenOption=A"))[1]!.slice(0, 4)).toEqual(["0", "3", "2", "1.000"]);
  const short = await rank("--target", "completionTokens", "--reverse");
  expect(rows(short)[1]!.slice(0, 4)).toEqual(["0", "3", "1", "1.000"]);
  expect(short).toMatch(/20 of 60 samples below the mean of completionTokens/);
});

test("correlates given covariates, within strata, by another score", async () => {
  const given = await rank("--covariates", "completionTokens,group", "--stratify-by", "chosenOption");
  expect(rows(given)[0]).toContain("partial r");
  expect(given).toMatch(/permutations of the scores within chosenOption give \(r given completionTokens, group up to/);
  const ranking = JSON.parse(await rank("--score", "auroc", "--min-support", "1", "--permutations", "19", "--json"));
  expect(ranking).toMatchObject({ score: "auroc", minSupport: 1, null: { permutations: 19 }, bootstrap: null });
});

test("without permutations and bootstrap is what was published, and quick", async () => {
  const text = await rank("--permutations", "0", "--bootstrap", "0");
  expect(rows(text)[0]).toEqual(["layer", "active", "best", "r", "coefficient", "frequency"]);
  expect(text.trim().split("\n")).toHaveLength(4);
});

test.each([
  [["--target", "nonsense"], "ERR_INVALID_ARGUMENT", ["target", "nonsense", "completionTokens"]],
  [["--target", "chosenOption"], "ERR_INVALID_ARGUMENT", ["<variable>=<value>"]],
  [["--target", "promptTokens"], "ERR_DEGENERATE", ["promptTokens"]],
  [["--covariates", "extras.length"], "ERR_INVALID_ARGUMENT", ["extras.length", "q0"]],
  [["--score", "best"], "ERR_INVALID_ARGUMENT", ["auroc"]],
  [["--permutations", "7"], "ERR_OUT_OF_RANGE", ["19"]],
])("refuses %p", async (options, code, words) => {
  const usage = code !== "ERR_DEGENERATE";
  expectFailure(await corrsteer("rank", run, ...options), usage ? 2 : 1, code, ...words);
});

test("what moments cannot give is refused before anything is collected", async () => {
  const out = join(folder, "moments");
  const outcome = await corrsteer("run", ...ON_DEMO, ...DEMO_TASK, "--out", out, "--keep", "moments", "--reverse");
  expectFailure(outcome, 2, "ERR_INVALID_ARGUMENT", "reverse", "sparse");
  expect(existsSync(out)).toBe(false);
});
