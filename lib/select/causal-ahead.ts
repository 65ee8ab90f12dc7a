import { z } from "zod";
import { callback } from "../options/kinds";
import { type Given, option } from "../options/option";
import type { Dose } from "./doses";
import { mostAdditions, type EffectOptions } from "./join-greedily";
import { screeningAnswers } from "./budget";

/** What selection by effect takes that is about to begin. */
export interface CausalAhead {
  /** A feature at a coefficient each, and those that the budget left out. */
  readonly nCandidates: number;
  readonly nLeftOut: number;
  readonly nQuestions: number;
  /** To all questions, of all candidates and of those that are then joined: most are given up before, and take fewer. */
  readonly mostAnswers: number;
}

export const causalAheadOption = z.object({
  onCausalAhead: option(
    "told what selection by effect takes before it asks",
    callback<(ahead: CausalAhead) => void>().optional(),
  ),
});

/** @interface */
export type CausalAheadOptions = Given<typeof causalAheadOption>;

/** @param budget of answers; Infinity for none */
export function lookAheadOfCausal(
  doses: readonly Dose[],
  nLeftOut: number,
  nQuestions: number,
  { budget, nativeLayerOf }: Pick<EffectOptions, "nativeLayerOf"> & { readonly budget: number },
): CausalAhead {
  const nLayers = new Set(doses.map(({ feature }) => nativeLayerOf(feature))).size;
  let answers = screeningAnswers(doses.length, nQuestions);
  for (let left = nLayers - 1; left > 0; left--) answers += (2 + mostAdditions(left)) * nQuestions; // a step for each
  const mostAnswers = doses.length === 0 ? 0 : Math.min(answers, budget);
  return { nCandidates: doses.length, nLeftOut, nQuestions, mostAnswers };
}
