import { randomUUID } from "node:crypto";
import type { Head } from "../schemas/answer";
import { FINGERPRINT } from "../served";
import type { InForce } from "../steering/in-force";

/** What every answer says of itself. */
export function headOf(
  kind: "chatcmpl" | "cmpl" | "features",
  model: string,
  seed: number,
  { steering, from }: InForce,
): Head {
  return {
    id: `${kind}-${randomUUID().replaceAll("-", "")}`,
    created: Math.floor(Date.now() / 1000),
    model,
    seed,
    system_fingerprint: FINGERPRINT,
    steering: steering && from ? { from, fingerprint: steering.fingerprint, layers: steering.layers } : null,
  };
}
