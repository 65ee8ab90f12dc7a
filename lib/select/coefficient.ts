import { invalidArgument } from "../errors";
import { norm } from "../statistics/norm";
import type { Directions } from "../steering/vectors";
import { decidingR, type RankedFeature } from "../rank/ranking";

/** How much of a feature is added; the grammar of `parseCoefficient`. */
export type CoefficientPolicy =
  /** Mean activation over correct samples, zeros included: the paper's. */
  | { readonly kind: "mean" }
  /** The same over those in which it fires; 0 where it never does. The published option `real`. */
  | { readonly kind: "active-mean" }
  /** Mean over correct minus mean over incorrect samples. The published option `caacoeff`. */
  | { readonly kind: "contrast" }
  /** What is added to a layer has this fraction of the mean norm of the residual rows there. */
  | { readonly kind: "residual"; readonly fraction: number }
  /** The means times one factor: the largest whose mean divergence on neutral text stays within this. */
  | { readonly kind: "kl"; readonly nats: number };

const GRAMMAR = "mean, active-mean, contrast, residual:<fraction> or kl:<nats>, both numbers above 0";

/** @throws ERR_INVALID_ARGUMENT */
export function parseCoefficient(text: string): CoefficientPolicy {
  const [kind, amount, ...more] = text.split(":");
  if (amount === undefined && (kind === "mean" || kind === "active-mean" || kind === "contrast")) return { kind };
  const value = Number(amount);
  if (more.length === 0 && amount?.trim() && Number.isFinite(value) && value > 0) {
    if (kind === "residual") return { kind, fraction: value };
    if (kind === "kl") return { kind, nats: value };
  }
  throw invalidArgument("coefficient", GRAMMAR, text);
}

/** What coefficients in residual units need to know. */
export interface ResidualUnits {
  readonly directionsOf: Directions;
  /** Mean norm of the residual rows that an SAE read, by its id. */
  readonly meanNormOf: (sae: string) => Promise<number>;
}

/**
 * Coefficients of features of one layer. A feature of negative r (given the covariates it was ranked with) is pushed
 * down: minus the magnitude, as published for negative features.
 */
export async function coefficientsOf(
  policy: CoefficientPolicy,
  features: readonly RankedFeature[],
  units: ResidualUnits,
): Promise<number[]> {
  if (policy.kind === "residual") return residualCoefficients(policy.fraction, features, units);
  return features.map((feature) => signed(feature, activation(policy, feature)));
}

function activation({ kind }: CoefficientPolicy, feature: RankedFeature): number {
  if (kind === "active-mean") return feature.coefficientActive;
  if (kind === "contrast") return feature.coefficientCorrect - feature.coefficientIncorrect;
  return feature.coefficientCorrect;
}

function signed(feature: RankedFeature, coefficient: number): number {
  return decidingR(feature) < 0 ? 0 - Math.abs(coefficient) : coefficient;
}

/** Each feature adds as much as the others, and their sum has `fraction` of the layer's mean residual norm. */
async function residualCoefficients(
  fraction: number,
  features: readonly RankedFeature[],
  { directionsOf, meanNormOf }: ResidualUnits,
): Promise<number[]> {
  const directions = await directionsOf(features);
  const units = features.map((feature, i) => signed(feature, 1 / norm(directions[i]!)));
  const sum = directions[0]!.map((_, j) => units.reduce((total, unit, i) => total + unit * directions[i]![j]!, 0));
  const scale = (fraction * (await meanNormOf(features[0]!.sae))) / norm(sum);
  return units.map((unit) => unit * scale);
}
