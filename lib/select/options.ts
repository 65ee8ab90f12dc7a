import { z } from "zod";
import type { Sample } from "../data/sample";
import { invalidArgument, outOfRange } from "../errors";
import type { EngineOptions } from "../model/options";
import type { Task } from "../tasks/task";
import { requireSamples } from "../ask/require-samples";
import type { SharedAnswers } from "../ask/shared-answers";
import { neutralOptions } from "../neutral/options";
import { anyInteger, distinct, integer, list, number, oneOf, someOf, text, yesOrNo } from "../options/kinds";
import { type Given, option } from "../options/option";
import { resolveOptions } from "../options/resolve";
import { workOptions } from "../progress";
import { causalAheadOption } from "./causal-ahead";
import { parseCoefficient } from "./coefficient";
import { screeningAnswers } from "./budget";
import { OUTCOMES, POOLS, SIGNIFICANCES, VARIANTS, type Variant } from "./selection";
import { heldRun } from "../run/lock";
import type { RunManifest } from "../run/manifest";

export const variantList = distinct(someOf(VARIANTS).min(1, `some of ${VARIANTS.join(", ")}`), "variant");
/** How the command line has them, of the stages that make profiles and of those that use them. */
export const VARIANT_FLAG = { flag: "variant", value: VARIANTS.join(",") };

function doses() {
  return distinct(list(number("numbers above 0").gt(0, "numbers above 0"), "numbers above 0"), "number");
}

/** Which features are chosen, and how much of each is added: the published ways unless asked otherwise. */
export const choiceOptions = z.object({
  variants: option("ways to choose features", variantList.default(["S", "A", "P"]), VARIANT_FLAG),
  significance: option(
    "drop features that may be chance, or force a choice as the paper does",
    oneOf(SIGNIFICANCES).default("family-wise"),
  ),
  topK: option('most features of a layer, their vectors summed; not of "joint" and "causal"', integer(1).default(1)),
  coefficient: option(
    "mean, active-mean, contrast, residual:<fraction> or kl:<nats>",
    text("a coefficient policy").default("mean"),
    { value: "policy" },
  ),
  ...neutralOptions.shape,
  decode: option("also add the decoder bias of the first steered layer's SAE", yesOrNo().default(false), {
    more: "As published for decode mode.",
  }),
  minOutputScore: option(
    "output-score: least score of a feature",
    number("a number from 0 to 1").min(0, "a number from 0 to 1").max(1, "a number from 0 to 1").default(0.01),
    {
      more: "How likely the tokens that it promotes become where it is amplified (arXiv 2505.20063).",
    },
  ),
  pools: option(
    `causal: where candidates come from: ${POOLS.join(", ")}`,
    distinct(someOf(POOLS).min(1, `some of ${POOLS.join(", ")}`), "pool").default(["correlation"]),
    {
      ...{ flag: "pool", value: "names" },
      more: '"output-score": those that act on what the model says. "joint": those that the sparse joint fit keeps, all of them.',
    },
  ),
  candidates: option("causal: features of each layer and pool to try", integer(1).default(4)),
  budget: option("causal: most answers to ask for, candidates x questions", integer(1).exactOptional(), {
    otherwise: "no bound",
    more: "What it has no room for is not tried: the best of each layer come first, then the second of each.",
  }),
  grid: option("causal: multiples of the coefficient to try, or none", doses().default([0.5, 1, 2])),
  residualGrid: option("causal: fractions of the residual's norm to try, or none", doses().default([0.1, 0.25])),
  gateGrid: option(
    "gated: thresholds to try, in deviations of the probe's log-odds above their mean",
    distinct(list(number("numbers"), "numbers").min(1, "at least one number"), "number").default([0, 1, 2, 4]),
  ),
  outcome: option("causal and gated: what has to rise", oneOf(OUTCOMES).exactOptional(), {
    otherwise: "choice where all questions have choices, else score",
    more:
      '"choice": how often the gold choice is the likeliest. "margin": that, and its log-probability minus that of the best ' +
      'other one; both are tested. "score": the mean score.',
  }),
});

/** @interface */
export type ChoiceOptions = Given<typeof choiceOptions>;

const seededChoice = z.object({
  ...choiceOptions.shape,
  seed: option("of the signs that tests throw, and of the halves that the joint fit draws", anyInteger().default(42)),
});

export const selectOptions = z.object({
  directory: option(
    "a run directory with ranking.json; profiles are written to profiles/<variant>.steer.json",
    text("the path of a folder"),
  ),
  samples: option(
    "questions for P, P+, causal and gated: neither selected nor tested on",
    list(z.custom<Sample>(), "a list of samples"),
  ),
  ...seededChoice.shape,
  engine: z.custom<EngineOptions>().exactOptional(),
  shared: option("machines that share the questions", z.custom<SharedAnswers>().exactOptional(), {
    otherwise: "none: all are asked here",
  }),
  ...causalAheadOption.shape,
  ...heldRun.shape,
  ...workOptions.shape,
});

/** @interface */
export type SelectOptions = Given<typeof selectOptions>;

/** @throws ERR_INVALID_ARGUMENT, ERR_OUT_OF_RANGE */
export function resolveChoice(options: Given<typeof seededChoice>) {
  const choice = resolveOptions(seededChoice, options);
  const { grid, residualGrid, coefficient } = choice;
  if (grid.length + residualGrid.length === 0) throw outOfRange("grid", "at least one coefficient to try", 0);
  return { ...choice, policy: parseCoefficient(coefficient) };
}

/** Options with their defaults. */
export type Choice = ReturnType<typeof resolveChoice>;

const VALIDATED: readonly Variant[] = ["P", "P+", "causal", "gated"];

/** P, P+, causal and gated need questions. @throws ERR_DATASET_FORMAT without any */
export function requireValidation(variants: readonly Variant[], task: Task, samples: readonly Sample[]): void {
  if (variants.some((variant) => VALIDATED.includes(variant))) requireSamples(task, samples, "to validate on");
}

/** A budget has to have room for a feature at all its doses. @throws ERR_OUT_OF_RANGE */
export function requireBudget({ variants, budget, grid, residualGrid }: Choice, nQuestions: number): void {
  const least = screeningAnswers(grid.length + residualGrid.length, nQuestions);
  if (budget === undefined || budget >= least || !variants.includes("causal")) return;
  const expected = `at least ${least}, for a feature at all its doses and no steering on ${nQuestions} questions`;
  throw outOfRange("budget", expected, budget);
}

/** Whether a variant is made of the sparse joint fit. */
export function isJoint(variant: Variant): boolean {
  return variant === "joint" || variant === "joint-weighted";
}

/** Whether single samples are needed: for the joint fit, as a variant or as a pool. */
export function needsSamples({ variants, pools }: Choice): boolean {
  return variants.some(isJoint) || (variants.includes("causal") && pools.includes("joint"));
}

/** @throws ERR_INVALID_ARGUMENT where only moments were kept of samples that are needed */
export function requireKept(choice: Choice, keep: RunManifest["keep"]): void {
  if (keep === "sparse" || !needsSamples(choice)) return;
  const option = choice.variants.some(isJoint) ? "variants" : "pools";
  throw invalidArgument(option, 'others than joint of a run that keeps no single samples (keep "sparse")', keep);
}
