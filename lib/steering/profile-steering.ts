import { z } from "zod";
import { checkArguments } from "../arguments/check";
import { steeringProfile, type SteeringProfile } from "./profile";
import { added } from "./operation";
import { Steering } from "./steering";

const profileArguments = z.object({ profile: steeringProfile });

/** The steering of a profile; one without features does nothing. */
export function profileSteering(profile: SteeringProfile): Steering {
  checkArguments(profileArguments, { profile });
  const { nEmbd, layers, rows } = profile.vectors;
  return Steering.of(Array.from(layers, (layer, i) => added(layer, rows.slice(i * nEmbd, (i + 1) * nEmbd))));
}
