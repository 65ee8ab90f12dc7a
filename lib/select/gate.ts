import type { PlacedProbe } from "../probe/probes";
import type { RankedFeature } from "../rank/ranking";

/** Where a probe says that an answer will be wrong, and by how much: its log-odds are brought to a threshold, from below. */
export interface Gate {
  readonly probe: PlacedProbe;
  readonly threshold: number;
}

/** What is tried: features to steer with, together, or gates; none is the baseline. */
export type Trial = readonly RankedFeature[] | readonly Gate[];

export function areGates(trial: Trial): trial is readonly Gate[] {
  return trial.length > 0 && "probe" in trial[0]!;
}

/** Equal for equal trials. */
export function trialKey(trial: Trial): unknown {
  return areGates(trial) ? trial.map(({ probe: { sae }, threshold }) => [sae, threshold]) : trial;
}
