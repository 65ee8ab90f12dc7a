import type { Ranking } from "../rank/ranking";
import type { SteeringProfile } from "../steering/profile";
import { reached } from "../steering/operation";
import { steeringContent } from "../steering/save-steering";
import type { Gate } from "./gate";

/** The profile of some gates, each with its probe: no features, and nothing without gates. */
export function gateProfile(
  name: string,
  { task, model, saes, convention, versions, n }: Ranking,
  gates: readonly Gate[],
  rankingHash?: string,
): SteeringProfile {
  const operations = gates.map(({ probe: { nativeLayer, weights, bias }, threshold }) =>
    reached(nativeLayer, { weights, bias, threshold, from: "below" }),
  );
  return {
    ...{ format: "corrsteer-steering-profile", name, model },
    saes: saes.filter(({ id }) => gates.some(({ probe }) => probe.sae === id)),
    ...{ convention, features: [], coefficientPolicy: "gate", task, n },
    ...(rankingHash !== undefined && { ranking: rankingHash }),
    versions,
    ...steeringContent(operations, model.nEmbd),
  };
}
