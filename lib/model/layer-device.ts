import type { ModelInfo } from "./loaded-model";

/** Where a block's output is computed; -1 is the input of block 0. */
export function layerDevice({ device, hostLayers }: ModelInfo, layer: number): string {
  return Math.max(layer, 0) < hostLayers ? "cpu" : device;
}
