import { z } from "zod";
import { checkArguments } from "../arguments/check";
import type { NativeProbe } from "../native/addon";
import { added, type Operation } from "./operation";
import { steeringProfile, type SteeringProfile } from "./profile";
import { Steering } from "./steering";

const profileArguments = z.object({ profile: steeringProfile });

/** The steering of a profile; one that has no vectors does nothing. */
export function profileSteering(profile: SteeringProfile): Steering {
  checkArguments(profileArguments, { profile });
  const { nEmbd, layers, rows } = profile.vectors;
  const probes = probesOf(profile);
  const operations = Array.from(layers, (layer, i): Operation => {
    const vector = rows.slice(i * nEmbd, (i + 1) * nEmbd);
    const how = profile.operations?.[i];
    if (!how) return added(layer, vector);
    const { scale, from, to, phase, target, when } = how;
    return {
      ...{ layer, vector, scale, from: from ?? undefined, to: to ?? undefined, phase },
      target: target && { of: probes[target.probe]!, value: target.value, from: target.from },
      when: when && { of: probes[when.probe]!, above: when.above },
    };
  });
  return Steering.of(operations);
}

function probesOf({ probes = [], vectors }: SteeringProfile): NativeProbe[] {
  const { nEmbd, probes: weights } = vectors;
  return probes.map(({ threshold, ...probe }, i) => ({
    ...probe,
    threshold,
    weights: weights!.slice(i * nEmbd, (i + 1) * nEmbd),
  }));
}
