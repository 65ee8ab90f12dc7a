import { z } from "zod";
import { nativeLayer, type HookPoint } from "./hook-point";
import type { SaeIdentity } from "./identity";

export const CONVENTIONS = ["sae", "official"] as const;

/**
 * "sae": read and steer at the SAE's own hook point. "official": as the published code does, the SAE of layer l is fed
 * the input of layer l, whatever its site, and its direction is added there.
 */
export type Convention = (typeof CONVENTIONS)[number];

export const conventionSchema = z.enum(CONVENTIONS);

/** The native layer whose output an SAE reads and steers; -1 is the input of block 0. */
export function layerUsed(hook: HookPoint, convention: Convention): number {
  return convention === "official" ? hook.layer - 1 : nativeLayer(hook);
}

/** The native layer that features are added to, by their SAE: that of several where they read one place in the stream. */
export function steeredLayers({
  saes,
  convention,
}: {
  readonly saes: readonly SaeIdentity[];
  readonly convention: Convention;
}): (feature: { readonly sae: string }) => number {
  const layers = new Map(saes.map((sae) => [sae.id, layerUsed(sae, convention)]));
  return ({ sae }) => layers.get(sae)!;
}
