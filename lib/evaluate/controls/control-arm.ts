import type { SteeringProfile } from "../../steering/profile";

export const CONTROL_ROLES = ["random", "shuffled", "sign-flipped", "mean-difference", "probe-direction"] as const;

/** Of arms that are in a profile's place. */
export const INSTEAD_ROLES = [...CONTROL_ROLES, "prompt-only"] as const;

/** Ways of steering that need no SAE, which methods that need some are compared with. */
export const BASELINE_METHODS: readonly string[] = ["mean-difference", "probe-direction"];

export function isBaselineMethod(role: string): boolean {
  return BASELINE_METHODS.includes(role);
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
