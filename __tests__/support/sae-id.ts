/** The id of a layer's SAE, where that is all there is to tell it by. */
export function saeId(layer: number): string {
  return `blocks.${layer}.hook_resid_post`;
}
