import { seededRandom } from "../../../lib/statistics/random";
import { isHopeless, screen, stages } from "../../../lib/select/screen";

const { sqrt, log, cos, PI } = Math; // looked up once, as in lib/random.ts
const TURN = 2 * PI;
const N = 200;
const SEEDS = 200;
const CANDIDATES = 20;

/** Evenly drawn in (0, 1). */
function uniform(seed: number): () => number {
  const random = seededRandom(seed);
  return () => (random(2 ** 32) + 0.5) / 2 ** 32;
}

function normals(seed: number): () => number {
  const next = uniform(seed);
  return () => sqrt(-2 * log(next())) * cos(TURN * next());
}

/** A candidate's difference at a question; the same questions are answered by all candidates, so they go together. */
type Draw = (candidate: number) => number;

async function screened(nCandidates: number, draw: Draw, seed: number, n = N) {
  const differences = Array.from({ length: n }, () => Array.from({ length: nCandidates }, (_, i) => draw(i)));
  let answers = 0;
  const results = await screen(
    (asked, from, to) => {
      answers += asked.length * (to - from);
      const of = (i: number) => differences.slice(from, to).map((question) => question[i]!);
      return Promise.resolve(asked.map((i) => ({ effect: of(i), score: of(i), choice: of(i) })));
    },
    { nCandidates, nQuestions: n, outcome: "score", seed },
  );
  const found = results.flatMap(({ adjustedP }, i) => (adjustedP !== null && adjustedP < 0.05 ? [i] : []));
  return { results, found, answers };
}

/** How often of `SEEDS` something happened that has probability `p` at most: 4 standard errors above it. */
const atMost = (p: number) => SEEDS * p + 4 * Math.sqrt(SEEDS * p * (1 - p));

describe("stages", () => {
  it("double up to all questions, and start with enough to say something", () => {
    expect(stages(200)).toEqual([25, 50, 100, 200]);
    expect(stages(70)).toEqual([18, 35, 70]);
    expect(stages(20)).toEqual([20]);
  });
});

describe("hopelessness", () => {
  const level = 0.05 / 40;

  it("is no gain at half of the questions, not at an eighth", () => {
    const noise = (n: number) => Array.from({ length: n }, (_, i) => (i % 2 === 0 ? 1 : -1));
    expect(isHopeless(noise(24), N, level)).toBe(false);
    expect(isHopeless(noise(100), N, level)).toBe(true);
  });

  it("is a change that is always a loss, and never one that is always a gain", () => {
    expect(isHopeless(Array<number>(25).fill(-0.1), N, level)).toBe(true);
    expect(isHopeless(Array<number>(100).fill(0.1), N, level)).toBe(false);
  });
});

describe("the sequential screen, over 200 seeds", () => {
  it("finds something among 20 candidates without effect in at most 5 % of them", async () => {
    let wrong = 0;
    let answers = 0;
    for (let seed = 0; seed < SEEDS; seed++) {
      const normal = normals(seed);
      const outcome = await screened(CANDIDATES, () => normal(), seed);
      if (outcome.found.length > 0) wrong += 1;
      answers += outcome.answers;
    }
    expect(wrong).toBeLessThanOrEqual(atMost(0.05));
    // Without giving up it would be all of them.
    expect(answers / SEEDS / (CANDIDATES * N)).toBeLessThan(0.45);
  }, 60_000);

  it("holds that also for right and wrong answers, which seldom change", async () => {
    let wrong = 0;
    for (let seed = 0; seed < SEEDS; seed++) {
      const next = uniform(seed);
      const change = () => {
        const at = next();
        return at < 0.05 ? 1 : at < 0.1 ? -1 : 0;
      };
      if ((await screened(CANDIDATES, change, seed)).found.length > 0) wrong += 1;
    }
    expect(wrong).toBeLessThanOrEqual(atMost(0.05));
  }, 60_000);

  it("finds an effect of 0.4 standard deviations nearly as often as asking all questions would, and names no other", async () => {
    let found = 0;
    let foundByAll = 0;
    let wrong = 0;
    for (let seed = 0; seed < SEEDS; seed++) {
      const normal = normals(seed);
      const outcome = await screened(CANDIDATES, (i) => normal() + (i === 7 ? 0.4 : 0), seed);
      if (outcome.found.includes(7)) found += 1;
      if (outcome.found.some((i) => i !== 7)) wrong += 1;
      const again = normals(seed);
      const values = Array.from({ length: N }, () => Array.from({ length: CANDIDATES }, () => again())[7]! + 0.4);
      const mean = values.reduce((sum, value) => sum + value, 0) / N;
      const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (N - 1));
      if ((mean / deviation) * Math.sqrt(N) > 2.807) foundByAll += 1; // z at 0.05 / 20
    }
    expect(foundByAll).toBeGreaterThan(0.97 * SEEDS);
    expect(found).toBeGreaterThanOrEqual(foundByAll - 0.06 * SEEDS);
    expect(wrong).toBeLessThanOrEqual(atMost(0.05));
  }, 60_000);

  it("gives the same again, and says when each was given up", async () => {
    const once = () => {
      const normal = normals(5);
      return screened(10, (i) => normal() + (i === 0 ? 2 : 0), 5);
    };
    const { results } = await once();
    expect((await once()).results).toEqual(results);
    expect(results[0]).toMatchObject({ droppedAtStage: null, pValue: expect.any(Number) });
    const [given] = results.filter(({ droppedAtStage }) => droppedAtStage !== null);
    expect(given).toMatchObject({ pValue: null, adjustedP: null });
    expect(given!.effect).toHaveLength(stages(N)[given!.droppedAtStage!]!);
  });
});
