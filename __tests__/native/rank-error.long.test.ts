import { join } from "node:path";
import { rank } from "../../lib/rank/rank";
import { survives, type Ranking } from "../../lib/rank/ranking";
import { temporaryFolder } from "../support/temporary-folder";
import { writeRun } from "../support/written-run";
import { random } from "./models";

/**
 * The error rates that significance promises, measured on synthetic stores. Seeds are fixed, so these are facts about the
 * code and cannot fail by chance; the bounds are what a right program exceeds once in a thousand times.
 */
const SEEDS = Array.from({ length: 200 }, (_, seed) => seed);
const folder = temporaryFolder();

/** Standard normal numbers (Box and Muller). */
function normals(seed: number): () => number {
  const next = random(seed);
  return () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
}

/** The least c with P(X > c) of at most 0.001, X binomial. */
function binomialBound(n: number, p: number): number {
  let [mass, below, c] = [(1 - p) ** n, 0, 0];
  for (; below + mass < 0.999; c++) {
    below += mass;
    mass *= ((n - c) / (c + 1)) * (p / (1 - p));
  }
  return c;
}

const OPTIONS = { permutations: 99, bootstrap: 0, threads: 1, topK: 100 };

const survivors = (ranking: Ranking) =>
  ranking.layers.flatMap(({ features }) => features.filter((feature) => survives(feature, ranking)));

describe("with shuffled labels", () => {
  const N = 60;
  /** Two layers of 30 features that fire in 5 to 95 % of the samples; 30 % of the answers are right, whose prompts are longer. */
  function shuffled(seed: number): Promise<string> {
    const next = random(seed);
    const layer = () => {
      const rates = Array.from({ length: 30 }, () => 0.05 + 0.9 * next());
      return Array.from({ length: N }, () => rates.map((rate) => (next() < rate ? Math.fround(next() + 0.1) : 0)));
    };
    const layers = [layer(), layer()];
    const samples = Array.from({ length: N }, () => {
      const score = Number(next() < 0.3);
      return { score, promptTokens: Math.floor(20 * next() + 10 * score) };
    });
    return writeRun(join(folder, `shuffled-${seed}`), layers, samples, { chunkSamples: N });
  }

  let runs: string[];
  beforeAll(async () => {
    runs = await Promise.all(SEEDS.map((seed) => shuffled(seed + 1000)));
  });

  it.each([{ sign: "positive" }, { sign: "both" }, { covariates: ["promptTokens"] }] as const)(
    "something survives in 5 %% of the runs: %p",
    async (options) => {
      let found = 0;
      for (const run of runs) if (survivors(await rank(run, { ...OPTIONS, ...options })).length > 0) found += 1;
      expect(found).toBeLessThanOrEqual(binomialBound(SEEDS.length, 0.05));
      expect(found).toBeGreaterThan(0); // it is a test at 5 %, and not one that never finds anything
    },
  );
});

describe("with planted effects", () => {
  const [N, PLANTED, NULLS, RHO] = [150, 5, 45, 0.35];
  /** Features 0 to 4 have the correlation `RHO` with the score in truth, the others none. */
  function planted(seed: number): Promise<string> {
    const next = normals(seed);
    const scores = Array.from({ length: N }, next);
    const rows = scores.map((score) =>
      Array.from({ length: PLANTED + NULLS }, (_, j) => {
        const z = j < PLANTED ? RHO * score + Math.sqrt(1 - RHO * RHO) * next() : next();
        return Math.fround(10 + z); // pooled activations are positive, and r does not mind
      }),
    );
    const least = Math.min(...scores);
    const range = Math.max(...scores) - least;
    const samples = scores.map((score) => ({ score: (score - least) / range }));
    return writeRun(join(folder, `planted-${seed}`), [rows], samples, { chunkSamples: N });
  }

  let rankings: Ranking[];
  beforeAll(async () => {
    const runs = await Promise.all(SEEDS.map((seed) => planted(seed + 3000)));
    rankings = [];
    for (const run of runs) rankings.push(await rank(run, { ...OPTIONS, permutations: 199 }));
  });

  it("finds as many of them as theory says", () => {
    // Fisher (1921): atanh r is normal around atanh rho, with variance 1 / (n - 3).
    const differences = rankings.map((ranking) => {
      const z = (Math.atanh(RHO) - Math.atanh(ranking.null!.threshold)) * Math.sqrt(N - 3);
      return survivors(ranking).filter(({ feature }) => feature < PLANTED).length - PLANTED * normalProbability(z);
    });
    const total = differences.reduce((sum, difference) => sum + difference, 0);
    // By run, not by feature: those of one run share its scores.
    const error = Math.sqrt(differences.reduce((sum, difference) => sum + difference ** 2, 0));
    expect(Math.abs(total)).toBeLessThan(3.3 * error);
    const found = rankings.flatMap(survivors).filter(({ feature }) => feature < PLANTED).length;
    expect(found).toBeGreaterThan(0.8 * PLANTED * SEEDS.length);
  });

  it("finds others in at most 5 % of the runs", () => {
    const wrong = rankings.filter((ranking) => survivors(ranking).some(({ feature }) => feature >= PLANTED)).length;
    expect(wrong).toBeLessThanOrEqual(binomialBound(SEEDS.length, 0.05));
  });

  it.each([0.05, 0.2])("has false discoveries of at most q = %p, and finds most true ones", (level) => {
    const rates = rankings.map(({ layers }) => {
      const found = layers[0]!.features.filter(({ q }) => q! <= level);
      return {
        wrong: found.filter(({ feature }) => feature >= PLANTED).length / Math.max(1, found.length),
        right: found.filter(({ feature }) => feature < PLANTED).length,
      };
    });
    const mean = (of: (rate: (typeof rates)[number]) => number) =>
      rates.reduce((sum, r) => sum + of(r), 0) / rates.length;
    const rate = mean(({ wrong }) => wrong);
    const error = Math.sqrt(mean(({ wrong }) => (wrong - rate) ** 2) / rates.length);
    expect(rate).toBeLessThanOrEqual(level + 3.1 * error);
    expect(mean(({ right }) => right)).toBeGreaterThan(0.5 * PLANTED);
  });
});

/** P(Z < z), by Simpson's rule. */
function normalProbability(z: number): number {
  const steps = 1000;
  const h = z / steps;
  const density = (x: number) => Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
  let sum = density(0) + density(z);
  for (let i = 1; i < steps; i++) sum += density(i * h) * (i % 2 === 0 ? 2 : 4);
  return 0.5 + (sum * h) / 3;
}
