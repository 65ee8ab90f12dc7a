import { unsupported } from "../config";
import { parseHookName, type HookPoint } from "../hook-point";

export const NO_RESIDUAL = "not the residual stream between blocks";

export function notResidual(name: string): string {
  return `it reads ${name}, ${NO_RESIDUAL}`;
}

/**
 * The place in the residual stream that a publisher names.
 *
 * @param layer that it must be of, where one was given beside it
 * @throws ERR_SAE_FORMAT, which says where the SAE is hooked
 */
export function residualHook(name: string, layer?: number): HookPoint {
  const hook = parseHookName(name);
  if (!hook) throw unsupported(notResidual(name));
  if (layer !== undefined && layer !== hook.layer) {
    throw unsupported(`it reads ${name}, but was said to be of layer ${layer}`);
  }
  return hook;
}

/** Of the block that a layer names, where nothing else does. @throws ERR_SAE_FORMAT without one */
export function outputOfBlock(layer: number | undefined): HookPoint {
  if (layer === undefined) throw unsupported("it names no hook point: give its layer as `layer=path`");
  return { layer, site: "resid_post" };
}

/** Of an SAE whose input and output are named: a transcoder has two. */
export function sameHook(from: string, to: string | null | undefined, layer?: number): HookPoint {
  if (to && to !== from) throw unsupported(`it maps ${from} to ${to}: ${NO_RESIDUAL}`);
  return residualHook(from, layer);
}
