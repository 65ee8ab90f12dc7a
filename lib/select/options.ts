import type { Sample } from "../data/sample";
import { invalidArgument, outOfRange } from "../errors";
import type { WorkOptions } from "../progress";
import type { EngineOptions } from "../model/engine";
import type { Task } from "../tasks/task";
import { requireSamples } from "../ask/require-samples";
import { parseCoefficient } from "./coefficient";
import { checkGrid } from "./doses";
import { OUTCOMES, SIGNIFICANCES, VARIANTS, type CausalRecord, type Significance, type Variant } from "./selection";

/** What is made unless asked otherwise: the published ways. */
export const DEFAULT_VARIANTS: readonly Variant[] = ["S", "A", "P"];

/** Which features are chosen, and how much of each is added. */
export interface ChoiceOptions {
  /** @default S, A and P */
  readonly variants?: readonly Variant[];
  /** "none" keeps the best of each layer even if it may be chance, as the paper does. @default "family-wise" */
  readonly significance?: Significance;
  /** The most features of a layer, their vectors summed; not of "causal". @default 1 */
  readonly topK?: number;
  /** mean, active-mean, contrast, residual:<fraction> or kl:<nats>. @default "mean" */
  readonly coefficient?: string;
  /** Whether the first steered layer also gets its SAE's decoder bias, as published for decode mode. @default false */
  readonly decode?: boolean;
  /** "causal": features of each layer to try. @default 4 */
  readonly candidates?: number;
  /** "causal": multiples of the coefficient to try. @default 0.5, 1, 2 */
  readonly grid?: readonly number[];
  /** "causal": fractions of the layer's mean residual norm to try. @default 0.1, 0.25 */
  readonly residualGrid?: readonly number[];
  /** "causal": what has to rise. @default "margin" where every question has choices, else "score" */
  readonly outcome?: CausalRecord["outcome"];
}

/** Their names. */
export const CHOICE_SETTINGS = [
  ...(["variants", "significance", "topK", "coefficient", "decode"] as const),
  ...(["candidates", "grid", "residualGrid", "outcome"] as const),
] as const satisfies (keyof ChoiceOptions)[];

export interface SelectOptions extends ChoiceOptions, WorkOptions {
  /** A run directory with `ranking.json`; profiles are written to `profiles/<variant>.steer.json`. */
  readonly directory: string;
  /** Questions for P, P+ and causal: neither selected nor tested on. */
  readonly samples: readonly Sample[];
  readonly engine?: EngineOptions;
  /** Of the signs that tests throw. @default 42 */
  readonly seed?: number;
}

/** @throws ERR_INVALID_ARGUMENT, ERR_OUT_OF_RANGE */
export function resolveChoice(options: ChoiceOptions & Pick<SelectOptions, "seed">) {
  const { variants = DEFAULT_VARIANTS, significance = "family-wise", topK = 1, candidates = 4, outcome } = options;
  const { coefficient = "mean", decode = false, grid = [0.5, 1, 2], residualGrid = [0.1, 0.25], seed = 42 } = options;
  const unknown = variants.find((variant) => !VARIANTS.includes(variant));
  if (unknown !== undefined || variants.length === 0) {
    throw invalidArgument("variants", `some of ${VARIANTS.join(", ")}`, unknown ?? variants);
  }
  const repeated = variants.find((variant, i) => variants.indexOf(variant) !== i);
  if (repeated !== undefined) throw invalidArgument("variants", "each variant once", repeated);
  if (!SIGNIFICANCES.includes(significance)) {
    throw invalidArgument("significance", `one of ${SIGNIFICANCES.join(", ")}`, significance);
  }
  for (const [name, value] of Object.entries({ topK, candidates })) {
    if (!Number.isInteger(value) || value < 1) throw outOfRange(name, "a positive integer", value);
  }
  if (outcome !== undefined && !OUTCOMES.includes(outcome)) {
    throw invalidArgument("outcome", `one of ${OUTCOMES.join(", ")}`, outcome);
  }
  if (!Number.isSafeInteger(seed)) throw invalidArgument("seed", "an integer", seed);
  checkGrid({ grid, residualGrid });
  const policy = parseCoefficient(coefficient);
  return { variants, significance, topK, coefficient, policy, decode, candidates, grid, residualGrid, outcome, seed };
}

/** Options with their defaults. */
export type Choice = ReturnType<typeof resolveChoice>;

/** P, P+ and causal need questions. @throws ERR_DATASET_FORMAT without any */
export function requireValidation(variants: readonly Variant[], task: Task, samples: readonly Sample[]): void {
  if (variants.some((variant) => variant !== "S" && variant !== "A")) requireSamples(task, samples, "to validate on");
}
