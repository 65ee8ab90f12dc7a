import { auroc } from "../statistics/auroc";
import type { Column } from "../statistics/column";
import { publishedInformation, quantileInformation } from "../statistics/mutual-information";
import type { Outcomes } from "../statistics/outcomes";
import type { Ranking } from "./ranking";

/** What needs single samples to be computed, larger is better. Which sign a feature has is r's affair, as published. */
type Criterion = (column: Column, outcomes: Outcomes, r: number) => number;

const CRITERIA_OF_SAMPLES: Partial<Record<Ranking["score"], Criterion>> = {
  "mutual-information": publishedInformation,
  "mutual-information-quantile": quantileInformation,
  fisher: fisherRatio,
  auroc,
};

/** Undefined for scores that follow from moments. */
export function criterionOfSamples(score: Ranking["score"]): Criterion | undefined {
  return CRITERIA_OF_SAMPLES[score];
}

/** Mean squared activation over correct samples by that over the others, which is at least 1e-12, as published. */
function fisherRatio({ samples, values }: Column, { correct, nCorrect }: Outcomes): number {
  let [right, wrong] = [0, 0];
  samples.forEach((sample, entry) => {
    if (correct[sample] === 1) right += values[entry]! ** 2;
    else wrong += values[entry]! ** 2;
  });
  const nWrong = correct.length - nCorrect;
  return right / Math.max(nCorrect, 1) / Math.max(wrong / Math.max(nWrong, 1), 1e-12);
}
