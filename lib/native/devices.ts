import { outOfRange, SteeringError } from "../errors";
import type { NativeDevice } from "./addon";
import { loadAddon } from "./load";
import { isSoftware } from "./software-driver";

/** Backends of ggml by the names that users know; a Mac's calls itself MTL. */
const BACKENDS: Readonly<Record<string, readonly string[]>> = {
  cuda: ["CUDA"],
  vulkan: ["Vulkan"],
  metal: ["MTL", "Metal"],
};

/** Why devices that are listed can't compute here, by name. */
const refused = new Map<string, string>();

/** Leaves a device out from now on. */
export function refuseDevice(name: string, reason: string): void {
  refused.set(name, reason);
}

/** A sentence for each device that was left out. */
export function refusedDevices(): string[] {
  return [...refused].map(([name, reason]) => `${name} can't compute here: ${reason}`);
}

/**
 * The name of the device that a user means: "auto" is the first GPU, else the CPU; "cuda", "vulkan" and "metal" are the
 * first one of that backend; other names are as ggml has them, and checked where they are used.
 *
 * @throws RangeError `ERR_OUT_OF_RANGE` for a backend that has no device here
 * @throws SteeringError `ERR_NATIVE_LOAD` for a device that was left out
 */
export function resolveDevice(name: string, devices: () => readonly NativeDevice[] = listDevices): string {
  if (name === "auto") return fastest(devices().filter((device) => !refused.has(device.name))) ?? "cpu";
  const resolved = resolveName(name, devices);
  const reason = refused.get(resolved);
  if (reason === undefined) return resolved;
  throw new SteeringError("ERR_NATIVE_LOAD", `device ${resolved} can't compute here: ${reason}`, { tried: [resolved] });
}

function resolveName(name: string, devices: () => readonly NativeDevice[]): string {
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
