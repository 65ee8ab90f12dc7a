import { join } from "node:path";
import { z } from "zod";
import { cacheFolder } from "../../files/cache-folder";
import { sha256Of } from "../../files/hash";
import { keep, recall } from "../../files/recall";
import type { NativeDevice } from "../../native/addon";
import { refuseDevice } from "../../native/devices";
import { loadAddon } from "../../native/load";
import { isSoftware } from "../../native/software-driver";
import { runChild } from "./child-run";

/** As it was built, whether this file runs from lib/ or from dist/. */
const CHILD = join(__dirname, "..", "..", "..", "dist", "model", "verify", "device-child.js");

/** A driver may have to compile the backend's kernels first. */
const TIMEOUT_MS = 120_000;

const lives = z.object({ format: z.literal(1), device: z.string() });

export interface TryDevicesOptions {
  readonly devices?: readonly NativeDevice[];
  /** The script that computes on one. */
  readonly child?: string;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Has a child process compute on each GPU that was not seen to: a backend ends its process where the driver is too old for its
 * kernels. Devices over which it does are left out from then on. That one computes is remembered; that it does not, never, as
 * drivers are mended.
 *
 * @throws the signal's reason
 */
export async function tryDevices({
  devices = loadAddon().devices(),
  child = CHILD,
  signal,
}: TryDevicesOptions = {}): Promise<void> {
  for (const device of devices.filter((each) => each.type.endsWith("gpu") && !isSoftware(each))) {
    const place = verdictPath(device);
    if (await recall(place, lives)) continue;
    const reason = await failure(device.name, child, signal);
    if (reason === undefined) await keep(place, { format: 1, device: device.description });
    else refuseDevice(device.name, reason);
  }
}

async function failure(name: string, child: string, signal?: AbortSignal): Promise<string | undefined> {
  const run = await runChild(child, name, { timeoutMs: TIMEOUT_MS, signal });
  if (typeof run.said === "object") return run.said.message;
  if (run.ended === "well") return undefined;
  if (run.ended === "too late") return `nothing was computed within ${TIMEOUT_MS / 1000} s`;
  return `its backend ends the process (${run.crash.ending}); it says last: ${run.crash.log}`;
}

function verdictPath({ name, description }: NativeDevice): string {
  const what = [loadAddon().loadedRelease, name, description, process.env["CORRSTEER_BACKEND_PLUGINS"] ?? ""];
  return cacheFolder("verdicts", `device-${sha256Of([JSON.stringify(what)]).slice(0, 16)}.json`);
}
