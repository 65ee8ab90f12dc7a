import { z } from "zod";
import { count } from "../files/schema";
import type { NativeProbe } from "../native/addon";
import type { Operation } from "./operation";

const position = z
  .int()
  .min(-(2 ** 31))
  .max(2 ** 31 - 1);

/** How a vector of a profile steers: see `Steering`. */
export const profileOperation = z.object({
  /** Factor on the vector. */
  scale: z.number(),
  /** Positions, half-open; null: from the prompt on, to the end. */
  from: position.nullable(),
  to: position.nullable(),
  /** Of which part of a text that reasons; both where it is not said. */
  phase: z.enum(["reasoning", "answer"]).exactOptional(),
  /** Brings a probe, by its index, to a value. */
  target: z.object({ probe: count, value: z.number(), from: z.enum(["either", "below", "above"]) }).exactOptional(),
  /** Where a probe is above a bound. */
  when: z.object({ probe: count, above: z.number() }).exactOptional(),
});
/** @interface */
export type ProfileOperation = z.infer<typeof profileOperation>;

/** A probe of a profile; its weights lie with the vectors. */
export const profileProbe = z.object({
  layer: z.int().min(-1),
  bias: z.number(),
  threshold: z.number().exactOptional(),
  normalization: z.enum(["none", "center", "layer_norm", "constant_norm_rescale"]),
});
/** @interface */
export type ProfileProbe = z.infer<typeof profileProbe>;

/** Whether a vector is added to every row from the last prompt token on: what profiles before version 3 can say. */
export function isPlain({ target, from, to, phase, when }: Operation): boolean {
  return !target && !when && phase === undefined && from === 0 && to === undefined;
}

/** Numbers the probes of some operations. */
export class ProbeTable {
  readonly probes: NativeProbe[] = [];

  operation({ scale, from, to, phase, target, when }: Operation): ProfileOperation {
    return {
      ...{ scale, from: from ?? null, to: to ?? null },
      ...(phase && { phase }),
      ...(target && { target: { probe: this.#indexOf(target.of), value: target.value, from: target.from } }),
      ...(when && { when: { probe: this.#indexOf(when.of), above: when.above } }),
    };
  }

  #indexOf(probe: NativeProbe): number {
    const known = this.probes.indexOf(probe);
    return known >= 0 ? known : this.probes.push(probe) - 1;
  }
}

/** What a profile says of a probe beside its weights. */
export function withoutWeights({ layer, bias, threshold, normalization }: NativeProbe): ProfileProbe {
  return { layer, bias, ...(threshold !== undefined && { threshold }), normalization };
}
