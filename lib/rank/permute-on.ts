import { permuteFurther } from "./chance";
import { toColumns } from "./columns";
import type { AnalyzedLayer } from "./layer";
import type { RankPlan } from "./plan";
import { quantity } from "../quantity";
import { permuteUntilDecided, type Round } from "./rounds";
import { readChunks } from "../run/shards";

/**
 * The same layers, permuted until it is decided which features survive. Each is read again in every round: all of them in
 * memory may be too many.
 *
 * @throws as `analyzeLayer`
 */
export async function permuteOn(layers: readonly AnalyzedLayer[], plan: RankPlan): Promise<AnalyzedLayer[]> {
  const tests = layers.flatMap(({ tested }) => tested ?? []);
  const decided = await permuteUntilDecided(tests, plan.options.looks, (round) =>
    strongestOf(layers, plan, round, "more permutation"),
  );
  return layers.map((layer, l) => ({ ...layer, tested: decided[l] }));
}

/** Under each permutation of a round, layer by layer, the strongest of the plan's sign. @param unit for progress */
export async function strongestOf(
  layers: readonly AnalyzedLayer[],
  { shards, design, options }: RankPlan,
  round: Round,
  unit: string,
): Promise<Float64Array[]> {
  const { signal, onProgress } = options;
  const { saes } = shards[0]!.manifest;
  const step = `${quantity(round.permutations, unit)} x ${quantity(saes.length, "layer")}`;
  const strongest: Float64Array[] = [];
  for (const [done, sae] of saes.entries()) {
    signal?.throwIfAborted();
    onProgress?.({ step, done, total: saes.length, unit: "layers" });
    const candidates = new Set(layers[done]!.candidates);
    const chunks = await readChunks(shards, sae);
    const columns = toColumns(chunks, design.y.length, sae.dSae, (feature) => candidates.has(feature));
    strongest.push(await permuteFurther(columns, design, round, options));
  }
  return strongest;
}
