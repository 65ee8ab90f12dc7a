import fc from "fast-check";
import { join } from "node:path";
import { errorCode } from "../../lib/errors";
import { rank } from "../../lib/rank/rank";
import type { RankOptions } from "../../lib/rank/options";
import { readRanking } from "../../lib/rank/ranking";
import { temporaryFolder } from "../support/temporary-folder";
import { writeRun } from "../support/written-run";

const folder = temporaryFolder();
let nRuns = 0;

/** Ranks a run of one layer, and reads what was written, which checks every number. */
async function ranked(rows: readonly number[][], scores: readonly number[], options: RankOptions = {}) {
  const samples = scores.map((score) => ({ score }));
  const directory = await writeRun(join(folder, String(nRuns++)), [rows], samples);
  await rank(directory, { permutations: 19, bootstrap: 5, minSupport: 1, threads: 1, ...options });
  return readRanking(directory);
}

const CRITERIA = ["pearson", "mutual-information", "mutual-information-quantile", "fisher", "mean-difference", "auroc"];

it("whatever the samples, a ranking has numbers alone and no |r| above 1, or says that scores are equal", async () => {
  const activation = fc.oneof(
    fc.constant(0),
    fc.constantFrom(1, 1e6, 1e6 + 1, 1e-6, 2e-6, 3e38, 1e-45).map(Math.fround),
    fc.double({ min: 1e-3, max: 10, noNaN: true }).map(Math.fround),
  );
  const data = fc.tuple(fc.integer({ min: 2, max: 9 }), fc.integer({ min: 1, max: 3 })).chain(([n, dSae]) => {
    const row = fc.array(activation, { minLength: dSae, maxLength: dSae });
    return fc.record({
      rows: fc.array(row, { minLength: n, maxLength: n }),
      scores: fc.array(fc.constantFrom(0, 1e-6, 0.3, 0.1 + 0.2, 0.5, 1), { minLength: n, maxLength: n }),
      sign: fc.constantFrom("positive", "negative", "both"),
      score: fc.constantFrom(...CRITERIA),
    });
  });
  await fc.assert(
    fc.asyncProperty(data, async ({ rows, scores, sign, score }) => {
      const options = { sign, score, ...(score !== "pearson" && { bootstrap: 0 }) } as RankOptions;
      const ranking = await ranked(rows, scores, options).catch((error: unknown) => {
        if (errorCode(error) !== "ERR_DEGENERATE") throw error;
        const differ = scores.some((y) => Math.abs(y - scores[0]!) > 1e-9);
        expect(differ && (score === "pearson" || scores.includes(0))).toBe(false);
      });
      for (const { r, coefficient, criterion } of ranking?.layers[0]!.features ?? []) {
        expect(Math.abs(r)).toBeLessThanOrEqual(1);
        expect([coefficient, criterion].every(Number.isFinite)).toBe(true);
      }
    }),
    { numRuns: 60 },
  );
});

it.each([
  ["around a million", 1e6],
  ["of a millionth", 1e-6],
])("r, its p and what chance gives are those of the same activations %s", async (_, size) => {
  const z = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8];
  const y = [1, 0, 1, 0, 1, 1, 0, 1, 0, 0, 1, 1];
  const plain = await ranked(
    z.map((value) => [value]),
    y,
  );
  const scaled = await ranked(
    z.map((value) => [size > 1 ? size + value : size * value]),
    y,
  );
  const [expected, actual] = [plain, scaled].map(({ layers }) => layers[0]!.features[0]!);
  expect(actual!.r).toBeCloseTo(expected!.r, 7); // activations are float32
  expect(actual!.p! / expected!.p!).toBeCloseTo(1, 6);
  expect(actual!.q! / expected!.q!).toBeCloseTo(1, 6);
  expect(actual!.familyWiseP).toBe(expected!.familyWiseP);
  expect(scaled.null!.threshold).toBeCloseTo(plain.null!.threshold, 7);
});

it("all right but one: the feature that is silent there has r = 1, and luck explains it", async () => {
  const y = Array.from({ length: 12 }, (_, i) => Number(i !== 5));
  const { layers } = await ranked(
    y.map((score, i) => [score, 0, i % 2]),
    y,
  );
  const [best] = layers[0]!.features;
  expect(best).toMatchObject({ feature: 0, nActive: 11, nActiveIncorrect: 0, r: expect.closeTo(1, 12) as number });
  expect(best!.familyWiseP).toBeGreaterThan(0.05); // one of 12 permutations puts the wrong answer there
  expect(layers[0]!.nActiveFeatures).toBe(2); // a feature that never fires is no candidate
});
