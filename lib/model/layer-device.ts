import { resolveDevice } from "../native/devices";
import type { ModelInfo } from "./loaded-model";

/** Where a block's output is computed; -1 is the input of block 0. */
export function layerDevice({ device, hostLayers }: ModelInfo, layer: number): string {
  return Math.max(layer, 0) < hostLayers ? "cpu" : device;
}

/** Where an SAE of that output computes: on the device of this name, or with "auto" beside it. @throws as `resolveDevice` */
export function saeDevice(device: string, info: ModelInfo, layer: number): string {
  return device === "auto" ? layerDevice(info, layer) : resolveDevice(device);
}
