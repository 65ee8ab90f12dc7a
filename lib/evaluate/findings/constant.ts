import type { ProfileFeature, SteeringProfile } from "../../steering/profile";
import type { ArmSummary, Evaluation } from "../evaluation";
import type { Finding } from "./finding";

/** A feature that fires in so many samples, and whose activation varies by less than this part of its mean, is a constant. */
const FREQUENCY = 0.99;
const VARIATION = 0.25;

/** Those of profiles that fire on everything, about equally. */
export function constantFeaturesOf(profiles: readonly SteeringProfile[]): NonNullable<Evaluation["constantFeatures"]> {
  return profiles.flatMap(({ name, features }) =>
    features
      .filter(isConstant)
      .map(({ sae, layer, feature, frequency }) => ({ profile: name, sae, layer, feature, frequency })),
  );
}

function isConstant({ frequency, variation }: ProfileFeature): boolean {
  return frequency >= FREQUENCY && variation !== undefined && variation < VARIATION;
}

/** What of a profile says nothing of the question. */
export function constantFindings({ name }: ArmSummary, constant: Evaluation["constantFeatures"] = []): Finding[] {
  const own = constant.filter(({ profile }) => profile === name);
  if (own.length === 0) return [];
  const which = own.map(({ layer, feature }) => `feature ${feature} of layer ${layer}`).join(", ");
  const [fires, shift] = own.length === 1 ? ["fires", "a constant shift"] : ["fire", "constant shifts"];
  return [{ clause: `${which} of ${name} ${fires} on everything, about equally: ${shift}`, doubt: false }];
}
