import { invalidArgument } from "../errors";
import type { Sample } from "../data/sample";
import type { SteeringProfile, SteeringVectors } from "../steering/profile";
import type { Scaled } from "../neutral/largest-within";
import { profileSteering } from "../steering/profile-steering";
import type { ControlArm } from "./controls/control-arm";
import type { ArmRole } from "./evaluation";
import { requireChoices } from "../ask/require-samples";
import type { Arm } from "../ask/run-arms";

export const BASELINE = "baseline";
export const REPEAT = "baseline-again";

/** An arm, what it is for, and whose outcome it is compared with: its own for the baseline. */
export interface PlannedArm extends Arm {
  readonly role: ArmRole;
  readonly profile: string | null;
  readonly scale: number;
  /** The arm whose answers are this one's by construction: it is not run. */
  readonly sameAs: string | null;
  readonly comparedWith: string;
  /** Where arms are brought to equal divergence: the factor that did it, which `scale` is on top of. */
  readonly dose?: Scaled;
}

export interface ArmsOptions {
  readonly controls: readonly ControlArm[];
  /** Multiples of the coefficients that the profiles are run at besides 1. */
  readonly scales: readonly number[];
  /** Whether to run baseline and profiles also with the answer's first token held to the choices. */
  readonly constrained: boolean;
  /** Whether to run the baseline twice. */
  readonly repeat: boolean;
}

/**
 * The arms of an evaluation that are forks of the same prompts. Scales are for distinct profiles.
 *
 * @throws ERR_INVALID_ARGUMENT for a repeated name, or `constrained` with a sample that has no choices; ERR_OUT_OF_RANGE
 */
export function planArms(
  profiles: readonly SteeringProfile[],
  samples: readonly Sample[],
  { controls, scales, constrained, repeat }: ArmsOptions,
): PlannedArm[] {
  const distinct = distinctProfiles(profiles);
  const doses = scales.filter((scale) => scale !== 1);
  const free: PlannedArm[] = [
    UNSTEERED,
    ...profiles.map((profile) => ({ ...steered(profile), sameAs: sameAs(profile, profiles) })),
  ];
  const arms = [
    ...free,
    ...(repeat ? [{ ...UNSTEERED, name: REPEAT, role: "repeat" as const }] : []),
    ...distinct.flatMap((profile) => doses.map((scale) => steered(profile, scale))),
    ...controls.map(controlArm),
    ...(constrained ? constrainedArms(free, samples) : []),
  ];
  const repeated = arms.find(({ name }, i) => arms.findIndex((arm) => arm.name === name) !== i);
  if (repeated) throw invalidArgument("profiles", "profiles and scales whose arms differ in name", repeated.name);
  return arms;
}

const UNSTEERED: PlannedArm = {
  name: BASELINE,
  role: "baseline",
  profile: null,
  scale: 1,
  sameAs: null,
  steering: undefined,
  constrained: false,
  comparedWith: BASELINE,
};

function steered(profile: SteeringProfile, scale = 1): PlannedArm {
  return {
    ...UNSTEERED,
    name: scale === 1 ? profile.name : `${profile.name}@${scale}`,
    role: scale === 1 ? "profile" : "scale",
    profile: profile.name,
    scale,
    steering: profileSteering(profile).scaled(scale),
  };
}

export function controlArm({ role, profile, steered: control }: ControlArm): PlannedArm {
  return { ...steered(control), role, profile };
}

/** Of the same questions after an instruction. */
export const PROMPT_ONLY: PlannedArm = { ...UNSTEERED, name: "prompt-only", role: "prompt-only" };

/** Profiles that steer something, and not the same as an earlier one. */
export function distinctProfiles(profiles: readonly SteeringProfile[]): SteeringProfile[] {
  return profiles.filter((profile) => sameAs(profile, profiles) === null);
}

/** An empty profile is an answer ("nothing helps") and steers as the baseline does. */
function sameAs(profile: SteeringProfile, profiles: readonly SteeringProfile[]): string | null {
  const { vectors } = profile;
  if (vectors.layers.length === 0) return BASELINE;
  const howOf = ({ operations, probes }: SteeringProfile) => JSON.stringify([operations, probes]);
  const how = howOf(profile);
  const first = profiles.find((other) => sameValues(other.vectors, vectors) && howOf(other) === how)!;
  return first === profile ? null : first.name;
}

function sameValues(a: SteeringVectors, b: SteeringVectors): boolean {
  const isSame = (values: ArrayLike<number> = [], others: ArrayLike<number> = []) =>
    values.length === others.length && Array.from(values).every((x, i) => x === others[i]);
  return isSame(a.layers, b.layers) && isSame(a.rows, b.rows) && isSame(a.probes, b.probes);
}

export function constrainedName(name: string): string {
  return `${name}-constrained`;
}

/** The baseline's is compared with the baseline: what form alone gives. The others with it: what is beyond form. */
function constrainedArms(arms: readonly PlannedArm[], samples: readonly Sample[]): PlannedArm[] {
  requireChoices(samples);
  return arms.map((arm) => ({
    ...arm,
    name: constrainedName(arm.name),
    sameAs: arm.sameAs === null ? null : constrainedName(arm.sameAs),
    role: "constrained",
    constrained: true,
    comparedWith: arm.role === "baseline" ? BASELINE : constrainedName(BASELINE),
  }));
}
