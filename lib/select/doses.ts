import type { RankedFeature } from "../rank/ranking";
import type { Pool } from "./selection";
import { coefficientsOf, type CoefficientPolicy, type ResidualUnits } from "./coefficient";

/** A feature at one of the coefficients to try. */
export interface Dose {
  readonly feature: RankedFeature;
  /** How its coefficient came about, for people. */
  readonly dose: string;
  /** Those that the feature is of. */
  readonly pools?: readonly Pool[];
}

/** For the record. */
export function doseRecord({ feature: { sae, layer, feature, coefficient }, dose }: Dose) {
  return { sae, layer, feature, coefficient, dose };
}

export interface Grid {
  /** Multiples of the coefficient that the policy gives. */
  readonly grid: readonly number[];
  /** Fractions of the layer's mean residual norm. */
  readonly residualGrid: readonly number[];
}

/** Each feature at each coefficient of the grid; one that would add nothing is left out. */
export async function dosesOf(
  features: readonly RankedFeature[],
  policy: CoefficientPolicy,
  { grid, residualGrid }: Grid,
  units: ResidualUnits,
): Promise<Dose[]> {
  const base = policy.kind === "kl" ? "mean" : policy.kind;
  const doses: Dose[] = [];
  await units.directionsOf(features); // read together
  for (const feature of features) {
    const at = (coefficient: number, dose: string) => doses.push({ feature: { ...feature, coefficient }, dose });
    const [coefficient] = await coefficientsOf(policy, [feature], units);
    for (const multiple of grid) at(coefficient! * multiple, `${base} x ${multiple}`);
    for (const fraction of residualGrid) {
      const [coefficient] = await coefficientsOf({ kind: "residual", fraction }, [feature], units);
      at(coefficient!, `residual x ${fraction}`);
    }
  }
  return doses.filter(({ feature }) => feature.coefficient !== 0);
}
