import { join } from "node:path";
import { rank } from "../../lib/rank/rank";
import type { SampleRecord } from "../../lib/run/samples";
import { manifest } from "../support/manifest";
import { temporaryFolder } from "../support/temporary-folder";
import { writeRun } from "../support/written-run";
import { random } from "./models";

const folder = temporaryFolder();
const N = 120;
const next = random(7);
/** Two answers in three are options, and half of those are right. */
const samples: Partial<SampleRecord>[] = Array.from({ length: N }, (_, i) => ({
  completion: i % 3 === 0 ? "" : i % 2 === 0 ? " A" : " B",
  score: i % 3 !== 0 && next() < 0.5 ? 1 : 0,
  choiceLogProbabilities: { " A": -1, " B": -2 },
}));
const rowsOf = (value: (sample: Partial<SampleRecord>, i: number) => number) =>
  samples.map((sample, i) => [value(sample, i), next() < 0.4 ? 1 + next() : 0]);
const runOf = (name: string, rows: number[][]) => writeRun(join(folder, name), [rows], samples);

test("says that a feature of the answer's form does not survive the form", async () => {
  const run = await runOf(
    "form",
    rowsOf(({ completion }) => (completion === "" ? 0 : 2)),
  );
  const { layers, confounds, notes } = await rank(run);
  expect(layers[0]!.features[0]).toMatchObject({ feature: 0 });
  expect(layers[0]!.features[0]!.familyWiseP).toBeLessThan(0.05);
  expect(confounds).toMatchObject([
    { variable: "formatValid", how: "given", nSurvivors: 0, features: [{ layer: 0, feature: 0 }] },
    { variable: "chosenOption", how: "within", nSurvivors: 0 },
  ]);
  expect(notes).toContain("Given formatValid, the one feature that survives no longer does.");
});

test("says that a feature of being right survives both", async () => {
  const run = await runOf(
    "right",
    rowsOf(({ score }, i) => (score === 1 && i % 7 !== 0 ? 2 : 0)),
  );
  const { confounds, notes } = await rank(run);
  expect(confounds.map(({ nSurvivors }) => nSurvivors)).toEqual([1, 1]);
  expect(notes).toContain("With scores permuted within equal chosenOption, the one feature that survives still does.");
});

test("asks for the option where all answers have the right form", async () => {
  const held = samples.map((sample, i) => ({ ...sample, completion: i % 2 === 0 ? " A" : " B", score: (i + 1) % 2 }));
  const noisy = held.map((sample, i) => (i % 5 === 0 ? { ...sample, score: 1 - sample.score } : sample));
  const rows = rowsOf((_, i) => (i % 2 === 0 ? 2 : 0));
  const { confounds } = await rank(await writeRun(join(folder, "held"), [rows], noisy));
  expect(confounds).toMatchObject([{ variable: "chosenOption", how: "within", nSurvivors: 0 }]);
});

test("asks for the length of whole choices, not for which: that is another one in each question", async () => {
  const tried = samples.map((_, i) => ({
    ...{ completion: ` option ${i}`, choiceLogProbabilities: { [` option ${i}`]: -1, " other": -2 } },
    ...{ score: i % 2, generatedTokens: 3 + (i % 3) },
  }));
  const { task } = manifest();
  const rows = rowsOf((_, i) => (i % 2 === 1 && i % 7 !== 0 ? 2 : 0));
  const whole = { task: { ...task, scorer: "continuation", triesChoices: true as const } };
  const { confounds } = await rank(await writeRun(join(folder, "tried"), [rows], tried, whole));
  expect(confounds).toMatchObject([{ variable: "completionTokens", how: "given", nSurvivors: 1 }]);
});

test("asks nothing where nothing survives, where the user asked already, and of another target", async () => {
  const noise = await runOf(
    "noise",
    rowsOf(() => (next() < 0.4 ? 1 : 0)),
  );
  expect((await rank(noise)).confounds).toEqual([]);
  const form = join(folder, "form");
  expect((await rank(form, { covariates: ["promptTokens"] })).confounds).toEqual([]);
  expect((await rank(form, { stratifyBy: "chosenOption" })).confounds).toEqual([]);
  expect((await rank(form, { target: "formatValid" })).confounds).toEqual([]);
  expect((await rank(form, { permutations: 0 })).confounds).toEqual([]);
});

test("counts a variable that says all of the score as one that leaves nothing", async () => {
  const all = samples.map((sample) => ({ ...sample, score: sample.completion === "" ? 0 : 1 }));
  const rows = rowsOf(({ completion }, i) => (completion !== "" && i % 7 !== 0 ? 2 : 0));
  const { confounds } = await rank(await writeRun(join(folder, "all"), [rows], all));
  expect(confounds).toMatchObject([{ variable: "formatValid", threshold: null, nSurvivors: 0 }, { threshold: null }]);
});
