import type { FittedRankOptions } from "./options";
import type { RankPlan } from "./plan";
import type { Confound, Ranking } from "./ranking";
import { otherSideSentences } from "./other-side-sentences";
import { STRENGTHS } from "./sign";
import { undecidedSentences } from "./undecided-sentences";
import { saeNames, type OfSae } from "../sae/name";

/** What a reader of a ranking must know, in sentences. */
export function notesOn(plan: RankPlan, { layers, null: permuted }: Pick<Ranking, "layers" | "null">): string[] {
  const { options, design } = plan;
  const { redundant, groups, clusters } = design;
  const { keep, minSupport } = options;
  const notes: string[] = [];
  const without = layers.filter(({ nCandidates }) => nCandidates === 0);
  if (without.length > 0) {
    notes.push(
      `${layersText(without, layers)}: no feature that fires in at least ${minSupport} samples has the wanted sign of r.`,
    );
  }
  if (keep === "moments") {
    notes.push(
      'How large an r chance gives is not known: single samples were not kept (collect with keep "sparse" for that).',
    );
  }
  if (redundant.length > 0) {
    notes.push(`${redundant.join(", ")}: the same in all samples, or said by the covariates before; left out.`);
  }
  const alone = groups.sizes.filter((size) => size === 1).length;
  if (alone > 0) notes.push(aloneText(alone, plan));
  if (permuted && clusters) notes.push(clustersText(clusters.sizes));
  if (permuted) notes.push(...chanceNotes(permuted, options));
  return notes;
}

function chanceNotes(
  permuted: NonNullable<Ranking["null"]>,
  { target, score, sign, covariates, stratifyBy }: FittedRankOptions,
): string[] {
  const { permutations, alpha, threshold, layers } = permuted;
  const within = stratifyBy === undefined ? "" : ` within ${stratifyBy}`;
  const given = covariates.length === 0 ? "" : ` given ${covariates.join(", ")}`;
  const chance = `what ${permutations} permutations of ${target === "score" ? "the scores" : target}${within} give (${STRENGTHS[sign]}${given} up to ${threshold.toFixed(3)} at family-wise p = ${alpha})`;
  const inside = layers.filter(({ bestInsideNull }) => bestInsideNull);
  const beside = otherSideSentences(sign, permuted);
  const notes = [];
  if (inside.length === layers.length) {
    notes.push([`Nothing survives: no feature of any layer is beyond ${chance}.`, ...beside].join(" "));
  } else {
    if (inside.length > 0)
      notes.push(`${layersText(inside, layers)}: the best ${STRENGTHS[sign]} is inside ${chance}.`);
    notes.push(...beside);
  }
  notes.push(...undecidedSentences(permuted));
  if (score !== "pearson") notes.push(`Layers are ordered by ${score}, but p and q are those of r.`);
  return notes;
}

function clustersText(sizes: readonly number[]): string {
  const largest = Math.max(...sizes);
  const n = sizes.reduce((sum, size) => sum + size, 0);
  return `The ${n} samples are of ${sizes.length} clusters, of up to ${largest}: scores were permuted by cluster and within.`;
}

/** That scores of samples that no other is like never move. */
function aloneText(
  alone: number,
  { options: { stratifyBy, covariates }, design: { groups, clusters } }: RankPlan,
): string {
  if (clusters)
    return `${alone} of ${groups.of.length} samples are of clusters like no other: their score never moves.`;
  const names = [...(stratifyBy === undefined ? [] : [stratifyBy]), ...covariates].join(", ");
  const parts = covariates.length === 0 ? `values of ${names}` : `groups of samples alike in ${names}`;
  return `${alone} of ${groups.sizes.length} ${parts} are of one sample, whose score never moves.`;
}

function layersText(some: readonly OfSae[], all: readonly OfSae[]): string {
  return `${some.length === 1 ? "Layer" : "Layers"} ${some.map(saeNames(all)).join(", ")}`;
}

/** Whether the survivors stay, as a clause. */
export function confoundText({ variable, how, nSurvivors, features }: Confound): string {
  const condition = how === "given" ? `given ${variable}` : `with scores permuted within equal ${variable}`;
  if (features.length === 1) {
    return `${condition}, the one feature that survives ${nSurvivors === 1 ? "still does" : "no longer does"}`;
  }
  return `${condition}, ${nSurvivors === 0 ? "none" : nSurvivors} of the ${features.length} best features that survive still do`;
}
