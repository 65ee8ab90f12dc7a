import type { AnalyzedLayer } from "./layer";
import { strongestOf } from "./permute-on";
import type { RankPlan } from "./plan";
import type { OtherSide, Ranking } from "./ranking";
import { OTHER_SIGN } from "./sign";
import { NullDistribution } from "./significance";

/**
 * The strongest feature of the sign that was not asked for, tested on its side as the others are on theirs: where nothing of
 * the wanted sign survives, or where it would. Else null, as it takes permutations of its own.
 *
 * @throws as `analyzeLayer`
 */
export async function findOtherSide(
  layers: readonly AnalyzedLayer[],
  plan: RankPlan,
  permuted: Ranking["null"],
): Promise<OtherSide | null> {
  const sign = OTHER_SIGN[plan.options.sign];
  if (!permuted || !sign) return null;
  const [first] = layers.flatMap(strongestOpposite).sort((a, b) => b.strength - a.strength);
  const nothingSurvives = permuted.layers.every(({ bestInsideNull }) => bestInsideNull);
  if (!first || !(nothingSurvives || first.strength > permuted.threshold)) return null;
  const { strength, ...feature } = first;
  const [permutations] = plan.options.looks as [number];
  const turned = { ...plan, options: { ...plan.options, sign } };
  const chance = NullDistribution.ofAll(
    await strongestOf(layers, turned, { first: 0, permutations }, "other-sign permutation"),
  );
  return { ...feature, r: sign === "positive" ? strength : -strength, familyWiseP: chance.p(strength) };
}

/** None where no r is of that sign. */
function strongestOpposite({ ranked: { sae, layer }, candidates, tested }: AnalyzedLayer) {
  const strengths = tested!.strengths;
  const least = strengths.reduce((least, strength) => Math.min(least, strength), 0);
  return least < 0 ? [{ sae, layer, feature: candidates[strengths.indexOf(least)]!, strength: -least }] : [];
}
