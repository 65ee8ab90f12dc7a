import { type ChildProcess, fork } from "node:child_process";
import { join } from "node:path";
import { SteeringError } from "../../errors";
import { modelLoadError } from "../load-error";
import type { Refusal, Said } from "./said";
import type { Crash } from "./verdict";

/** As it was built, whether this file runs from lib/ or from dist/. */
const CHILD = join(__dirname, "..", "..", "..", "dist", "model", "verify", "child.js");

/** Of what the child logs, whose last line is told. */
const KEPT_CHARACTERS = 4000;
const LONGEST_LINE = 500;

/** What a process gets for its own doing. SIGKILL is another's, for want of memory too. */
const CRASHES: readonly unknown[] = ["SIGABRT", "SIGSEGV", "SIGBUS", "SIGFPE", "SIGILL", "SIGTRAP"];
/** Windows' exceptions are exit codes from here on. */
const FIRST_EXCEPTION = 0x80000000;

export interface FirstLoadOptions {
  readonly device: string;
  readonly gpuLayers?: number | undefined;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
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
  const limit = AbortSignal.timeout(timeoutMs);
  const child = fork(CHILD, [JSON.stringify([path, { device, gpuLayers }])], {
    env: childEnvironment(),
    execArgv: [], // a debugger would wait
    stdio: ["ignore", "ignore", "pipe", "ipc"],
    signal: AbortSignal.any(signal ? [limit, signal] : [limit]),
    killSignal: "SIGKILL",
  });
  const { said, ending, log } = await ended(child).catch((cause: unknown) => {
    throw modelLoadError(path, `no child process to load it in first: ${(cause as Error).message}`, {}, cause);
  });
  signal?.throwIfAborted();
  if (typeof said === "object") throw errorOf(said);
  if (said === "lives" && ending === 0) return null;
  if (limit.aborted) throw modelLoadError(path, `llama.cpp has not loaded it within ${timeoutMs / 1000} s`);
  const crash = { ending: String(ending), log: lastLine(log) };
  if (CRASHES.includes(ending) || Number(ending) >= FIRST_EXCEPTION) return crash;
  throw modelLoadError(
    path,
    `the child process that loaded it first was ended by ${crash.ending}: ${crash.log}`,
    crash,
  );
}

function childEnvironment(): NodeJS.ProcessEnv {
  const { NODE_OPTIONS: options = "", ...others } = process.env; // Yarn's way to packages is among them
  const log = { CORRSTEER_LOG: "info", GGML_NO_BACKTRACE: "1" }; // ggml's starts a debugger
  return { ...others, ...log, NODE_OPTIONS: options.replaceAll(/--inspect\S*/g, "") };
}

/** @throws the system's error when it could not be started */
async function ended(child: ChildProcess): Promise<{ said: Said | undefined; ending: unknown; log: string }> {
  let said: Said | undefined;
  let log = "";
  child.on("message", (message) => (said = message as Said));
  child.stderr!.setEncoding("utf8").on("data", (text: string) => (log = (log + text).slice(-KEPT_CHARACTERS)));
  const ending = await new Promise((resolve, reject) => {
    child.once("close", (code, signal) => {
      resolve(signal ?? code);
    });
    child.on("error", (error) => {
      if (child.pid === undefined) reject(error); // else it was killed, and closes
    });
  });
  return { said, ending, log };
}

function lastLine(log: string): string {
  return log.trimEnd().split("\n").at(-1)!.trim().slice(0, LONGEST_LINE);
}

function errorOf({ code = "ERR_INTERNAL", message, details }: Refusal): Error {
  if (code === "ERR_OUT_OF_RANGE") return Object.assign(new RangeError(message), { code, details });
  return new SteeringError(code, message, details);
}
