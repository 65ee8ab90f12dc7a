import { join } from "node:path";
import type { Progress } from "../../lib/progress";
import { rank } from "../../lib/rank/rank";
import { temporaryFolder } from "../support/temporary-folder";
import { writeRun } from "../support/written-run";
import { random } from "./models";

const folder = temporaryFolder();
const N = 80;
const next = random(1);
const scores = Array.from({ length: N }, () => Number(next() < 0.6));

/** Of noise, with a feature that 1,000 permutations do not decide on, and 4,000 do: p = 0.072. */
function nearThreshold(): number[][] {
  const next = random(74);
  const row = () => Array.from({ length: 20 }, () => (next() < 0.33 ? Math.fround(1 + next()) : 0));
  return Array.from({ length: N }, row);
}

/** Of samples `from` to `to`. */
function newRun(name: string, from = 0, to = N): Promise<string> {
  const samples = scores.slice(from, to).map((score, i) => ({ id: `q${from + i}`, score }));
  const rows = nearThreshold().slice(from, to);
  return writeRun(join(folder, name), [rows, rows.map(() => [0])], samples, { chunkSamples: 16 });
}

test("scores are permuted until it is decided what survives, in one sequence", async () => {
  const run = await newRun("whole");
  const steps: Progress[] = [];
  const { null: permuted, layers } = await rank(run, { onProgress: (progress) => steps.push(progress) });
  expect(permuted).toMatchObject({ permutations: 4000, mostPermutations: 100_000, nUndecided: 0 });
  const further = ["3,000 more permutations x 2 layers", "1,000 other-sign permutations x 2 layers"];
  const of2 = { total: 2, unit: "layers" };
  expect(steps.slice(2)).toEqual(further.flatMap((step) => [0, 1].map((done) => ({ step, done, ...of2 }))));

  const asked = await rank(run, { permutations: 4000 });
  const { mostPermutations: _, otherSide: __, ...decided } = permuted!; // the other side's permutations are those of the first look
  expect(asked.null).toMatchObject(decided);
  expect(asked.null).not.toHaveProperty("mostPermutations");
  const p = (of: typeof layers) => of.map(({ features }) => features.map(({ familyWiseP }) => familyWiseP));
  expect(p(asked.layers)).toEqual(p(layers));
});

test("a number asked for is how many are made, and what it leaves open is said", async () => {
  const { null: permuted, notes } = await rank(await newRun("asked"), { permutations: 1000 });
  expect(permuted).toMatchObject({ permutations: 1000, nUndecided: 1 });
  expect(notes).toContainEqual(
    expect.stringMatching(/^1 feature is so near p = 0.05 that 1000 permutations do not decide/),
  );
});

test("shards are permuted as the whole is", async () => {
  const whole = await rank(await newRun("one"));
  const merged = await rank([await newRun("first", 0, 30), await newRun("second", 30)]);
  expect(merged.null).toEqual(whole.null);
});

test("an abort ends a later round", async () => {
  const reason = new Error("enough");
  const controller = new AbortController();
  const onProgress = ({ step }: Progress) => {
    if (step.includes("more")) controller.abort(reason);
  };
  await expect(rank(await newRun("aborted"), { onProgress, signal: controller.signal })).rejects.toBe(reason);
});
