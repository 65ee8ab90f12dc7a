import type { SteeringProfile } from "../../steering/profile";
import { ALPHA } from "../../statistics/alpha";
import { mean } from "../../statistics/mean";
import type { ArmSummary, ControlSummary } from "../evaluation";

export const CONTROL_ROLES = ["random", "sign-flipped", "shuffled", "mean-difference"] as const;

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

const DRAWN: readonly string[] = ["random", "shuffled"];

/** Of each profile and kind of control that is drawn several times: one draw may hit a feature that matters. */
export function summarizeControls(arms: readonly ArmSummary[]): ControlSummary[] {
  const draws = arms.filter(({ role }) => DRAWN.includes(role));
  const kind = ({ role, profile }: ArmSummary) => `${role} ${profile ?? ""}`;
  const kinds = new Set(draws.map(kind));
  return [...kinds].map((of) =>
    summarize(
      draws.filter((draw) => kind(draw) === of),
      arms,
    ),
  );
}

function summarize(drawn: readonly ArmSummary[], arms: readonly ArmSummary[]): ControlSummary {
  const { role, profile } = drawn[0]!;
  const differences = drawn.map(({ comparison }) => comparison!.difference);
  const ofProfile = arms.find(({ name }) => name === profile)!.comparison!.difference;
  return {
    profile: profile!,
    role: role as ControlSummary["role"],
    arms: drawn.map(({ name }) => name),
    meanDifference: mean(differences),
    range: [Math.min(...differences), Math.max(...differences)],
    nGaining: drawn.filter(({ comparison }) => comparison!.pValue < ALPHA && comparison!.difference > 0).length,
    nAtLeastProfile: differences.filter((difference) => difference >= ofProfile).length,
  };
}
