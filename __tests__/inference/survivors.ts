import { permuteScores } from "../../lib/rank/chance";
import type { Columns } from "../../lib/rank/columns";
import { designOf } from "../../lib/rank/design";
import { NullDistribution } from "../../lib/rank/significance";
import { ALPHA } from "../../lib/statistics/alpha";

type Given = Partial<Omit<Parameters<typeof designOf>[1], "target">>;

/** With these the level is reached exactly: 10 of 200. */
const PERMUTATIONS = 199;

/**
 * Which features survive: as `rank` decides, without its files.
 * @param dense activations by feature, one a sample
 */
export async function survivorsOf(
  scores: readonly number[],
  dense: readonly (readonly number[])[],
  given: Given = {},
  seed = 1,
): Promise<ReadonlySet<number>> {
  const columns = columnsOf(dense);
  const [found] = await survivorsOfLayers(scores, [columns], given, seed);
  return new Set(columns.features.filter((_, column) => found!.has(column)));
}

/** Columns that survive, layer by layer. */
export async function survivorsOfLayers(
  scores: readonly number[],
  layers: readonly Columns[],
  given: Given,
  seed: number,
): Promise<ReadonlySet<number>[]> {
  const design = designOf(Float64Array.from(scores), { target: "score", covariates: new Map(), ...given });
  const options = { permutations: PERMUTATIONS, seed, threads: 1, sign: "positive", signal: undefined } as const;
  const tests = [];
  for (const columns of layers) tests.push((await permuteScores(columns, design, options)).tested!);
  const chance = NullDistribution.ofAll(tests.map(({ best }) => best));
  return tests.map(
    ({ strengths }) => new Set([...strengths.keys()].filter((column) => chance.p(strengths[column]!) <= ALPHA)),
  );
}

export function columnsOf(dense: readonly (readonly number[])[]): Columns {
  const offsets = new Uint32Array(dense.length + 1);
  const samples: number[] = [];
  const values: number[] = [];
  for (const [column, activations] of dense.entries()) {
    for (const [sample, value] of activations.entries()) {
      if (value === 0) continue;
      samples.push(sample);
      values.push(value);
    }
    offsets[column + 1] = samples.length;
  }
  return {
    features: Uint32Array.from(dense.keys()),
    nSamples: dense[0]!.length,
    offsets,
    samples: Uint32Array.from(samples),
    values: Float32Array.from(values),
  };
}
