import type { PlacedProbe } from "../../probe/probes";
import type { SteeringProfile } from "../../steering/profile";
import type { ControlArm } from "./control-arm";
import { turned } from "./turned";

/**
 * A linear probe of correctness in a profile's place (the probe weight direction of Li et al., arXiv 2306.03341): at each of its
 * layers the probe's weights, scaled to the norm that the profile adds there. Undefined where a layer has no probe, and for a
 * gate, whose direction that is.
 *
 * @param probes of the run that the profile comes from
 */
export function probeDirection(profile: SteeringProfile, probes: readonly PlacedProbe[]): ControlArm | undefined {
  if (profile.operations?.some(({ target }) => target)) return undefined;
  const steered = turned(
    profile,
    `probe-direction-${profile.name}`,
    (layer) => probes.find(({ nativeLayer }) => nativeLayer === layer)?.weights,
  );
  return steered && { role: "probe-direction", profile: profile.name, steered };
}
