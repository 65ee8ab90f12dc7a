import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { corrsteer, corrsteerJson, interrupt, model, saes } from "../support/command-line";
import { directoryContents } from "../support/directory-contents";
import { temporaryFolder } from "../support/temporary-folder";

const folder = temporaryFolder();
const task = join(__dirname, "printable-task.mjs");
const questions = (n: number) => ["--sae", saes, "--task", task, "--data", `questions-${n}`, "--threads", "1"];
const what = questions(60);

interface Evaluation {
  questions: Record<string, number>;
  arms: {
    name: string;
    sameAs: string | null;
    n: number;
    correct: number;
    accuracy: number;
    interval: [number, number];
  }[];
  verdict: string[];
  runDir: string;
}

interface Metrics {
  accuracy: number;
  layers: number[];
}

interface Selected {
  selections: { variant: string; features: { layer: number }[] }[];
}

test("runs the whole job, and the stages one by one give the same bytes", () => {
  const whole = join(folder, "whole");
  const staged = join(folder, "staged");

  const arms = ["--scales", "0.5", "--controls-for", "all", "--random-draws", "2", "--shuffled-draws", "3"];
  const choice = ["--variant", "S,A,P,P+,output-score,joint,joint-weighted,causal", "--significance", "none"]; // what a random model does is chance
  const evaluation = corrsteerJson("run", "--model", model, ...what, ...choice, ...arms, "--out", whole) as Evaluation;
  corrsteerJson("collect", "--model", model, ...what, "--out", staged);
  corrsteerJson("rank", staged);
  corrsteerJson("select", staged, ...choice);
  const again = corrsteerJson("evaluate", staged, ...arms) as Evaluation;

  expect(evaluation.runDir).toBe(whole);
  const { train, validation, test, duplicates } = evaluation.questions;
  expect([train! + validation! + test! + duplicates!, test]).toEqual([60, evaluation.arms[0]!.n]);
  const read = (path: string) => JSON.parse(readFileSync(path, "utf8")) as Metrics & Selected;
  const { selections } = read(join(whole, "selection.json"));
  const variants = ["S", "A", "P", "P+", "output-score", "joint", "joint-weighted", "causal"];
  expect(selections.map(({ variant }) => variant)).toEqual(variants);
  // What is the baseline, or another profile again, is not controlled: P of a random model may be.
  const own = evaluation.arms.filter(({ sameAs }) => sameAs === null).map(({ name }) => name);
  const steering = variants.filter((name) => own.includes(name));
  expect(steering).toEqual(expect.arrayContaining(["S", "A"]));
  const shuffled = [1, 2, 3].map((draw) => `shuffled-X-${draw}`);
  const controls = ["random-X-1", "random-X-2", "sign-flipped-X", "mean-difference-X", ...shuffled].flatMap((name) =>
    steering.map((variant) => name.replace("X", variant)),
  );
  const others = ["baseline-again", "prompt-only"];
  const names = ["baseline", ...variants, ...steering.map((name) => `${name}@0.5`), ...controls, ...others];
  expect(evaluation.arms.map(({ name }) => name).sort()).toEqual(names.sort());
  for (const arm of evaluation.arms) {
    expect(arm).toMatchObject({
      n: evaluation.arms[0]!.n,
      accuracy: arm.correct / arm.n,
      interval: [expect.any(Number), expect.any(Number)],
    });
    for (const field of ["name", "accuracy", "comparison"]) expect(arm).toHaveProperty(field);
  }
  corrsteerJson("report", staged);
  expect(again.arms).toEqual(evaluation.arms);
  expect(directoryContents(staged)).toEqual(directoryContents(whole));

  const { exported } = corrsteerJson("report", whole, "--export", "official-json") as { exported: string[] };
  const counts = exported.filter((path) => path.endsWith("_metrics.json")).map(read);
  for (const { layers, accuracy } of counts) {
    const profiles = selections.filter(({ features }) => features.map(({ layer }) => layer).join() === layers.join());
    const arms = evaluation.arms.filter(({ name }) => profiles.some(({ variant }) => variant === name));
    expect(arms.map((arm) => arm.accuracy)).toContain(accuracy);
  }
  expect(counts.length).toBeGreaterThan(0);
});

test("prints a table and the headline for people", () => {
  const { status, stdout, stderr } = corrsteer(
    ...["run", "--model", model, ...what, "--variant", "A", "--significance", "none"],
    ...["--controls", "none", "--scales", "none", "--out", join(folder, "whole")],
  );

  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  expect(stdout).toMatch(
    /^arm +accuracy .*\nbaseline .*\nA .*\n\n.* accuracy.*\n.*\nQuestions: selected on \d+, .*\nDetails: .*evaluation\.json\nReport: .*report\.html\n$/,
  );
});

test("steers by a profile that was selected, and proves it by the receipt", () => {
  const steer = join(folder, "whole", "profiles", "A.steer.json");

  const { receipt } = corrsteerJson(
    ...["generate", "--model", model, "--prompt", "abc", "--max-tokens", "3", "--threads", "1", "--steer", steer],
  ) as { receipt: { layer: number; rows: number; meanAddedNorm: number }[] };
  const profile = corrsteerJson("inspect", steer) as { vectors: { nativeLayer: number; norm: number }[] };

  expect(receipt.map(({ layer }) => layer)).toEqual(profile.vectors.map(({ nativeLayer }) => nativeLayer));
  for (const [i, { rows, meanAddedNorm }] of receipt.entries()) {
    expect(rows).toBe(3);
    expect(meanAddedNorm).toBeCloseTo(profile.vectors[i]!.norm, 4);
  }
});

test.each([
  ["an unknown variant", ["--variant", "X"], "ERR_INVALID_ARGUMENT --variant"],
  ["significance where moments alone are kept", ["--keep", "moments"], "ERR_INVALID_ARGUMENT --significance"],
  ["significance without permuted scores", ["--permutations", "0"], "ERR_INVALID_ARGUMENT --significance"],
  ["an unknown policy", ["--coefficient", "median"], "ERR_INVALID_ARGUMENT --coefficient"],
  ["an unknown control", ["--controls", "placebo"], "ERR_INVALID_ARGUMENT --controls"],
  ["no random draw", ["--random-draws", "0"], "ERR_OUT_OF_RANGE --random-draws"],
  [
    "constrained answers to questions without choices",
    ["--controls", "constrained"],
    "ERR_INVALID_ARGUMENT --controls",
  ],
])("rejects %s before it collects", (_, args, error) => {
  const out = join(folder, "never");

  const { status, stderr } = corrsteer("run", "--model", model, ...what, ...args, "--out", out);

  expect(status).toBe(2);
  expect(stderr).toContain(error);
  expect(existsSync(out)).toBe(false);
});

test("refuses the directory of another run, and keeps it", () => {
  const whole = join(folder, "whole");
  const before = directoryContents(whole);

  const { status, stdout, stderr } = corrsteer("collect", "--model", model, ...what, "--seed", "7", "--out", whole);

  expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
  expect(stderr).toMatch(/^corrsteer: ERR_RUN_MISMATCH .*samples\.sha256/);
  expect(directoryContents(whole)).toEqual(before);
});

test("ends on Ctrl-C with exit code 130, and goes on to the same bytes", async () => {
  const stopped = join(folder, "stopped");
  const unstopped = join(folder, "unstopped");
  const args = ["collect", "--model", model, ...questions(600), "--chunk-samples", "16"];

  const ended = await interrupt([...args, "--out", stopped], () => existsSync(join(stopped, "activations", "000001")));
  const stderr = "corrsteer: interrupted; the same command goes on from what was collected\n";
  expect(ended).toMatchObject({ status: 130, stdout: "", stderr });
  expect(ended.ms).toBeLessThan(1000);
  expect(existsSync(join(stopped, "samples.jsonl"))).toBe(false);

  const { resumed } = corrsteerJson(...args, "--out", stopped) as { resumed: number };
  corrsteerJson(...args, "--out", unstopped);
  expect(resumed).toBeGreaterThan(0);
  expect(directoryContents(stopped)).toEqual(directoryContents(unstopped));
});
