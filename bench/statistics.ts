// npm run bench:statistics -- [--threads N] [--rounds N]
// Seconds of the statistics over a store of the published shape: 26 layers x 16,384 features, 4,000 samples, 100 active
// features a sample and layer. The bars, on 4 cores: 1,000 permutations in at most 5 s; and the rest of the 100,000 that a
// feature near the threshold may need, which runs once, in at most 60 s.
import { availableParallelism, cpus } from "node:os";
import { parseArgs } from "node:util";
import type { NativeColumns } from "../lib/native/addon";
import { loadAddon } from "../lib/native/load";
import { randomColumns, uniforms } from "./random-columns";
import { interleave, median, seconds } from "./rounds";

const SAMPLES = 4000;
const LAYERS = 26;
const FEATURES = 16_384;
const ACTIVE = 100;
const PERMUTATIONS = 1000;
const RESAMPLES = 200;
const NEIGHBOURS = 10;
const TRENDS = 5;
const BAR_SECONDS = 5;
const MOST_PERMUTATIONS = 100_000;
const BAR_SECONDS_OF_MOST = 60;

/** k cosines over each stratum of consecutive samples, orthonormal: [k, SAMPLES]. */
function cosines(k: number, stratum: number): Float64Array {
  return Float64Array.from({ length: k * SAMPLES }, (_, i) => {
    const frequency = 1 + Math.floor(i / SAMPLES);
    return Math.sqrt(2 / SAMPLES) * Math.cos((Math.PI * frequency * ((i % stratum) + 0.5)) / stratum);
  });
}

/** [SAMPLES], so many consecutive ones in each. */
const strataOf = (stratum: number) => Uint32Array.from({ length: SAMPLES }, (_, i) => Math.floor(i / stratum));

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      threads: { type: "string", default: String(availableParallelism()) },
      rounds: { type: "string", default: "5" },
    },
  });
  const threads = Number(values.threads);
  const addon = loadAddon();
  const layers = Array.from({ length: LAYERS }, (_, layer) => randomColumns(SAMPLES, FEATURES, ACTIVE, layer + 1));
  const next = uniforms(0);
  const scores = Float64Array.from({ length: SAMPLES }, () => (next() < 0.4 ? 1 : 0));

  const given = (nTrends: number, stratum: number) => ({
    scores,
    strata: strataOf(stratum),
    basis: cosines(nTrends, stratum),
    clusters: new Uint32Array(),
    threads,
  });
  const permute =
    (...held: Parameters<typeof given>) =>
    (columns: NativeColumns, seed: number) =>
      addon.permutationNull(columns, {
        ...{ ...given(...held), seed, firstPermutation: 0, nPermutations: PERMUTATIONS },
        ...{ sign: "both", countExceeding: true },
      });
  const permuteOn = (columns: NativeColumns, seed: number) =>
    addon.permutationNull(columns, {
      ...{ ...given(0, SAMPLES), seed, firstPermutation: PERMUTATIONS },
      ...{ nPermutations: MOST_PERMUTATIONS - PERMUTATIONS, sign: "positive", countExceeding: false },
    });
  const resample =
    (...held: Parameters<typeof given>) =>
    (columns: NativeColumns, seed: number) =>
      addon.bootstrapTop(columns, { ...given(...held), seed, nResamples: RESAMPLES, sign: "both" });
  const cpuSeconds = new Map<string, number[]>();
  const arm = (name: string, one: (columns: NativeColumns, seed: number) => Promise<unknown>) => ({
    name,
    run: async (round: number) => {
      const before = process.cpuUsage();
      const time = await seconds(async () => {
        for (const columns of layers) await one(columns, round);
      });
      const { user, system } = process.cpuUsage(before);
      if (round > 0) cpuSeconds.set(name, [...(cpuSeconds.get(name) ?? []), (user + system) / 1e6]);
      return time;
    },
  });
  const permutations = `${PERMUTATIONS} permutations`;
  const further = `${MOST_PERMUTATIONS - PERMUTATIONS} permutations more`;
  const times = await interleave(
    [
      arm(permutations, permute(0, SAMPLES)),
      arm(`${permutations} within strata of ${NEIGHBOURS}`, permute(0, NEIGHBOURS)),
      arm(`${permutations} within strata of ${NEIGHBOURS}, given ${TRENDS} trends`, permute(TRENDS, NEIGHBOURS)),
      arm(`${RESAMPLES} resamples`, resample(0, SAMPLES)),
      arm(
        `${RESAMPLES} resamples within strata of ${NEIGHBOURS}, given ${TRENDS} trends`,
        resample(TRENDS, NEIGHBOURS),
      ),
    ],
    Number(values.rounds),
  );
  times.set(further, [await arm(further, permuteOn).run(1)]);
  const bars = new Map([
    [permutations, BAR_SECONDS],
    [further, BAR_SECONDS_OF_MOST],
  ]);

  const entries = layers.reduce((sum, columns) => sum + columns.values.length, 0);
  console.log(`${LAYERS} layers x ${FEATURES} features, ${SAMPLES} samples, ${entries} activations;`);
  console.log(`${cpus()[0]?.model ?? "unknown"}, ${threads} threads; median and fastest of ${values.rounds} rounds.\n`);
  console.log("| what | seconds | fastest | of processors | bar |\n|---|---|---|---|---|");
  for (const [name, all] of times) {
    const limit = bars.get(name);
    const bar = limit === undefined ? "" : `at most ${limit}: ${median(all) <= limit ? "met" : "missed"}`;
    const cells = [median(all), Math.min(...all), median(cpuSeconds.get(name)!)].map((time) => time.toFixed(2));
    console.log(`| ${name} | ${cells.join(" | ")} | ${bar} |`);
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
