import { invalidArgument, outOfRange } from "../errors";
import type { Sample } from "../data/sample";
import type { SteeringProfile } from "../profile/profile";
import { profileSteering } from "../profile/steering";
import type { Arm } from "./run-arms";

export const BASELINE = "baseline";
export const CONSTRAINED_BASELINE = "baseline-constrained";

/** An arm, and whose outcome it is compared with. */
export interface PlannedArm extends Arm {
  readonly comparedWith: string;
}

/**
 * The arms of an evaluation: the baseline, each profile, and each profile once more at the other scales; with
 * `constrained`, also baseline and profiles with the answer's first token held to the choices, compared with each other.
 *
 * @param controls profiles that are run once, as they are
 * @throws ERR_INVALID_ARGUMENT for a repeated name, or `constrained` with a sample that has no choices; ERR_OUT_OF_RANGE
 */
export function planArms(
  profiles: readonly SteeringProfile[],
  controls: readonly SteeringProfile[],
  samples: readonly Sample[],
  { scales, constrained }: { scales: readonly number[]; constrained: boolean },
): PlannedArm[] {
  checkScales(scales);
  const steered = (profile: SteeringProfile, scale = 1) => ({
    name: scale === 1 ? profile.name : `${profile.name}@${scale}`,
    steering: profileSteering(profile, scale),
    constrained: false,
    comparedWith: BASELINE,
  });
  const plain: PlannedArm[] = [
    { name: BASELINE, steering: undefined, constrained: false, comparedWith: BASELINE },
    ...profiles.map((profile) => steered(profile)),
    ...profiles.flatMap((profile) => scales.filter((scale) => scale !== 1).map((scale) => steered(profile, scale))),
    ...controls.map((profile) => steered(profile)),
  ];
  const arms = constrained ? [...plain, ...constrainedArms(plain.slice(0, 1 + profiles.length), samples)] : plain;
  const repeated = arms.find(({ name }, i) => arms.findIndex((arm) => arm.name === name) !== i);
  if (repeated) throw invalidArgument("profiles", "profiles and scales whose arms differ in name", repeated.name);
  return arms;
}

/** @throws ERR_OUT_OF_RANGE */
export function checkScales(scales: readonly number[]): void {
  const stray = scales.find((scale) => !Number.isFinite(scale));
  if (stray !== undefined) throw outOfRange("scales", "finite numbers", stray);
}

function constrainedArms(arms: readonly PlannedArm[], samples: readonly Sample[]): PlannedArm[] {
  const without = samples.find(({ choices }) => choices === undefined || choices.length === 0);
  if (without) throw invalidArgument("constrained", "samples that all have choices", `sample ${without.id} without`);
  return arms.map((arm) => ({
    ...arm,
    name: `${arm.name}-constrained`,
    constrained: true,
    comparedWith: CONSTRAINED_BASELINE,
  }));
}
