export const SITES = ["resid_pre", "resid_post"] as const;

/** Where in the model an SAE reads: before or after a block's additions to the residual stream. */
export interface HookPoint {
  /** Block index, from 0. */
  readonly layer: number;
  readonly site: (typeof SITES)[number];
}

/**
 * The hook point of a TransformerLens name (`blocks.3.hook_resid_pre`) or of a Hugging Face module
 * (`model.layers.3` or `h.3`, whose output is `resid_post`); undefined for other places than the residual stream.
 */
export function parseHookName(name: string): HookPoint | undefined {
  const [, block, site] = /^blocks\.(\d+)\.hook_(resid_pre|resid_post)$/.exec(name) ?? [];
  if (block !== undefined) return { layer: Number(block), site: site as HookPoint["site"] };
  const [, module] = /(?:^|\.)(?:layers|h)\.(\d+)$/.exec(name) ?? [];
  return module === undefined ? undefined : { layer: Number(module), site: "resid_post" };
}

/** The hook point as the native layer whose output it is: `resid_pre(l)` is `resid_post(l - 1)`, -1 the embedding. */
export function nativeLayer({ layer, site }: HookPoint): number {
  return site === "resid_pre" ? layer - 1 : layer;
}
