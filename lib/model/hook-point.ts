/** Where an SAE was trained to read the residual stream. */
export interface HookPoint {
  readonly layer: number;
  readonly site: "resid_pre" | "resid_post";
}

/**
 * "sae": read and steer at the SAE's own hook point. "official": as the published code does, the SAE of layer l is fed
 * the input of layer l, whatever its site, and its direction is added there.
 */
export const CONVENTIONS = ["sae", "official"] as const;
export type Convention = (typeof CONVENTIONS)[number];

/** The native layer whose output an SAE reads and steers: `resid_pre(l)` is layer l - 1, so -1 is the input of block 0. */
export function nativeLayer({ layer, site }: HookPoint, convention: Convention): number {
  return convention === "official" || site === "resid_pre" ? layer - 1 : layer;
}
