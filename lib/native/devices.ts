import { outOfRange } from "../errors";
import type { NativeDevice } from "./addon";
import { loadAddon } from "./load";
import { isSoftware } from "./software-driver";

/** Backends of ggml by the names that users know; a Mac's calls itself MTL. */
const BACKENDS: Readonly<Record<string, readonly string[]>> = {
  cuda: ["CUDA"],
  vulkan: ["Vulkan"],
  metal: ["MTL", "Metal"],
};

/**
 * The name of the device that a user means: "auto" is the first GPU, else the CPU; "cuda", "vulkan" and "metal" are the
 * first one of that backend; other names are as ggml has them, and checked where they are used.
 *
 * @throws RangeError `ERR_OUT_OF_RANGE` for a backend that has no device here
 */
export function resolveDevice(name: string, devices: () => readonly NativeDevice[] = listDevices): string {
  if (name === "auto") return fastest(devices()) ?? "cpu";
  const backends = BACKENDS[name];
  if (!backends) return name;
  const found = devices().find(({ backend }) => backends.includes(backend));
  if (found) return found.name;
  const names = devices().map((device) => device.name);
  const advice =
    name === "metal"
      ? ""
      : `; \`corrsteer install ${name}\` adds the backend ${name}, \`corrsteer doctor\` says what else it lacks`;
  throw outOfRange("device", `one of ${["cpu", ...names].join(", ")}${advice}`, name);
}

/** As llama.cpp chooses: a graphics card before what is built into the processor. */
function fastest(devices: readonly NativeDevice[]): string | undefined {
  const real = devices.filter((device) => !isSoftware(device));
  return (real.find(({ type }) => type === "gpu") ?? real.find(({ type }) => type === "igpu"))?.name;
}

function listDevices(): NativeDevice[] {
  return loadAddon().devices();
}
