import type { SteeringProfile } from "../../steering/profile";

export const CONTROL_ROLES = ["random", "shuffled", "sign-flipped", "mean-difference", "probe-direction"] as const;

/** Of arms that are in a profile's place. */
export const INSTEAD_ROLES = [...CONTROL_ROLES, "prompt-only"] as const;

/** Whether it is a way of steering that needs no SAE, which methods that need some are compared with. */
export function isBaselineMethod(role: string): boolean {
  return role === "mean-difference" || role === "probe-direction";
}

/** What is steered with in place of a profile, and how it came about. */
export interface ControlArm {
  readonly role: (typeof CONTROL_ROLES)[number];
  /** The profile's name. */
  readonly profile: string;
  readonly steered: SteeringProfile;
}

/** The profile with every vector turned round: what helps by its direction then hurts. */
export function signFlipped(profile: SteeringProfile): ControlArm {
  const vectors = { ...profile.vectors, rows: profile.vectors.rows.map((x) => -x) };
  const features = profile.features.map((feature) => ({ ...feature, coefficient: -feature.coefficient }));
  const steered = { ...profile, name: `sign-flipped-${profile.name}`, features, vectors };
  return { role: "sign-flipped", profile: profile.name, steered };
}
