import { z } from "zod";
import { checkArguments } from "../arguments/check";
import { steeringProfile, type SteeringProfile } from "./profile";
import { Steering } from "./steering";

const profileArguments = z.object({ profile: steeringProfile });

/** The steering of a profile; one without features does nothing. */
export function profileSteering(profile: SteeringProfile): Steering {
  checkArguments(profileArguments, { profile });
  const { nEmbd, layers, rows } = profile.vectors;
  return Steering.of(Array.from(layers, (layer, i) => ({ layer, vector: rows.slice(i * nEmbd, (i + 1) * nEmbd) })));
}
