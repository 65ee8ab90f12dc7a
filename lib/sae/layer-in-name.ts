/** The layer that a published file's path tells: "layer_12/width_16k", "blocks.3.hook_resid_post", "…-L12R-8x"; else undefined. */
export function layerInName(path: string): number | undefined {
  const [, spelt, short] = /(?:layers?|blocks|lyr)[._-]?(\d+)(?!\d)|(?<![A-Za-z])L(\d+)[A-Z]/i.exec(path) ?? [];
  const layer = spelt ?? short;
  return layer === undefined ? undefined : Number(layer);
}
