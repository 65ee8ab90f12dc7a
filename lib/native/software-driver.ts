import type { NativeDevice } from "./addon";

/** A driver that computes on the CPU, slower than ggml does: Mesa's, Google's. */
export function isSoftware({ description }: Pick<NativeDevice, "description">): boolean {
  return /llvmpipe|lavapipe|swiftshader/i.test(description);
}

/**
 * With fused kernels Mesa's driver (22.3) lets go of a buffer that is gone: SIGSEGV. Submissions one by one are waited for asleep,
 * others in a loop that keeps a core from the driver.
 */
const SETTINGS = ["GGML_VK_DISABLE_FUSION", "GGML_VK_SERIALIZE_SUBMISSIONS"];

/** Sets what ggml's Vulkan backend needs for a software driver, before it opens the device; what is set stays. */
export function settleSoftwareDrivers(devices: () => readonly NativeDevice[]): void {
  // ggml leaves such drivers out, unless it is told which devices to take.
  if (process.env["GGML_VK_VISIBLE_DEVICES"] === undefined || !devices().some(isSoftware)) return;
  for (const name of SETTINGS) process.env[name] ??= "1";
}
