import type { Interval } from "./paired";
import { isShown, type ArmSummary } from "./summary";

/** How a profile compares with random features in its place. Differences are in accuracy, to the baseline. */
export interface ControlSummary {
  readonly profile: string;
  /** Names of the draws' arms. */
  readonly arms: readonly string[];
  readonly meanDifference: number;
  /** Lowest and highest difference of a draw. */
  readonly range: Interval;
  /** Draws that raise accuracy measurably, and draws that differ from the baseline at least as much as the profile. */
  readonly nGaining: number;
  readonly nAtLeastProfile: number;
}

/**
 * @param control a profile and its draws (`drawRandomControl`), by name
 * @param armOf the summary of the arm of that name
 */
export function summarizeControl(
  { profile, draws }: { readonly profile: string; readonly draws: readonly { readonly name: string }[] },
  armOf: (name: string) => ArmSummary,
): ControlSummary {
  const arms = draws.map(({ name }) => armOf(name));
  const differences = arms.map(({ difference }) => difference!);
  const profileDifference = armOf(profile).difference!;
  return {
    profile,
    arms: arms.map(({ name }) => name),
    meanDifference: differences.reduce((sum, difference) => sum + difference, 0) / differences.length,
    range: [Math.min(...differences), Math.max(...differences)],
    nGaining: arms.filter((arm) => isShown(arm) && arm.difference! > 0).length,
    nAtLeastProfile: differences.filter((difference) => difference >= profileDifference).length,
  };
}
