import { stat } from "node:fs/promises";
import { keep, recall } from "../../files/recall";
import { modelStamp } from "../files";
import { modelHash } from "../hash";
import { modelLoadError, modelReadError } from "../load-error";
import type { Verify } from "../options";
import { firstLoad } from "./first-load";
import { type Verdict, verdict, verdictPath } from "./verdict";

export interface VerifyOptions {
  readonly device: string;
  readonly gpuLayers: number | undefined;
  readonly verify: Verify;
  readonly signal?: AbortSignal | undefined;
}

/** Any model has this long, and a slow disk for its bytes. */
const LEAST_MS = 60_000;
const BYTES_PER_MS = 10_000;
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/**
 * Has a child process load a model that is not known yet, so that llama.cpp ends no other over it.
 *
 * @throws ERR_MODEL_LOAD for one over which it does; what loading it throws; the signal's reason after an abort
 */
export async function verifyModel(path: string, options: VerifyOptions): Promise<void> {
  if (options.verify === "never" || !(await isFile(path))) return; // loading what is no file says so
  const { crash } = await judge(path, options).catch((error: unknown) => {
    throw modelReadError(path, error);
  });
  if (!crash) return;
  const { ending, log } = crash;
  throw modelLoadError(path, `llama.cpp ends the process over it (${ending}); it says last: ${log}`, crash);
}

/** The verdict that is kept, or a new one. */
async function judge(path: string, { device, gpuLayers, verify, signal }: VerifyOptions): Promise<Verdict> {
  const { text: stamp, sizeBytes } = await modelStamp(path);
  const place = verdictPath(await modelHash(path, { signal }), device);
  const known = verify === "always" ? undefined : await recall(place, verdict);
  if (known) return known;
  const timeoutMs = Math.min(LEAST_MS + Math.round(sizeBytes / BYTES_PER_MS), LONGEST_TIMER_MS);
  const crash = await firstLoad(path, { device, gpuLayers, timeoutMs, signal });
  if ((await modelStamp(path)).text !== stamp) throw modelLoadError(path, "it was changed while it was looked at");
  const made: Verdict = { format: 1, crash };
  await keep(place, made);
  return made;
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (status) => status.isFile(),
    () => false,
  );
}
