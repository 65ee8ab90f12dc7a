import { join } from "node:path";
import { SteeringError } from "../../errors";
import { modelLoadError } from "../load-error";
import { type ChildOptions, runChild } from "./child-run";
import type { Refusal } from "./said";
import type { Crash } from "./verdict";

/** As it was built, whether this file runs from lib/ or from dist/. */
const CHILD = join(__dirname, "..", "..", "..", "dist", "model", "verify", "child.js");

export interface FirstLoadOptions extends ChildOptions {
  readonly device: string;
  readonly gpuLayers?: number | undefined;
}

/**
 * Loads a model in a child process and has it generate.
 *
 * @returns how llama.cpp ended the process, or null
 * @throws what loading it throws; ERR_MODEL_LOAD where that was not to be seen, or not in time; the signal's reason
 */
export async function firstLoad(path: string, options: FirstLoadOptions): Promise<Crash | null> {
  const { device, gpuLayers, timeoutMs, signal } = options;
  signal?.throwIfAborted();
  const run = await runChild(CHILD, [path, { device, gpuLayers }], { timeoutMs, signal }).catch((cause: unknown) => {
    signal?.throwIfAborted();
    throw modelLoadError(path, `no child process to load it in first: ${(cause as Error).message}`, {}, cause);
  });
  const { said, crash } = run;
  if (typeof said === "object") throw errorOf(said);
  if (run.ended === "well") return null;
  if (run.ended === "too late") throw modelLoadError(path, `llama.cpp has not loaded it within ${timeoutMs / 1000} s`);
  if (run.crashed) return crash;
  throw modelLoadError(
    path,
    `the child process that loaded it first was ended by ${crash.ending}: ${crash.log}`,
    crash,
  );
}

function errorOf({ code = "ERR_INTERNAL", message, details }: Refusal): Error {
  if (code === "ERR_OUT_OF_RANGE") return Object.assign(new RangeError(message), { code, details });
  return new SteeringError(code, message, details);
}
