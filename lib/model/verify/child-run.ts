import { type ChildProcess, fork } from "node:child_process";
import type { Said } from "./said";
import type { Crash } from "./verdict";

/** Of what the child logs, whose last line is told. */
const KEPT_CHARACTERS = 4000;
const LONGEST_LINE = 500;

/** What a process gets for its own doing. SIGKILL is another's, for want of memory too. */
const CRASHES: readonly unknown[] = ["SIGABRT", "SIGSEGV", "SIGBUS", "SIGFPE", "SIGILL", "SIGTRAP"];
/** Windows' exceptions are exit codes from here on. */
const FIRST_EXCEPTION = 0x80000000;

/** How a child process came to its end. */
export interface ChildRun {
  /** What it said in the end: nothing, when it was ended. */
  readonly said: Said | undefined;
  readonly crash: Crash;
  /** Whether that was its own doing, rather than another process's. */
  readonly crashed: boolean;
  readonly ended: "well" | "badly" | "too late";
}

export interface ChildOptions {
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Runs a script of this package in a child process, with one argument.
 *
 * @throws the system's error when it could not be started; the signal's reason
 */
export async function runChild(script: string, argument: unknown, options: ChildOptions): Promise<ChildRun> {
  const { timeoutMs, signal } = options;
  signal?.throwIfAborted();
  const limit = AbortSignal.timeout(timeoutMs);
  const child = fork(script, [JSON.stringify(argument)], {
    env: childEnvironment(),
    execArgv: [], // a debugger would wait
    stdio: ["ignore", "ignore", "pipe", "ipc"],
    signal: AbortSignal.any(signal ? [limit, signal] : [limit]),
    killSignal: "SIGKILL",
  });
  const { said, ending, log } = await ended(child);
  signal?.throwIfAborted();
  const well = said !== undefined && ending === 0;
  return {
    said,
    crash: { ending: String(ending), log: tellingLine(log) },
    crashed: CRASHES.includes(ending) || Number(ending) >= FIRST_EXCEPTION,
    ended: well ? "well" : limit.aborted ? "too late" : "badly",
  };
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

/** The last line; but CUDA's backend says before it what its error was. */
function tellingLine(log: string): string {
  const lines = log.trimEnd().split("\n");
  return (lines.filter((line) => line.startsWith("CUDA error: ")).at(-1) ?? lines.at(-1)!)
    .trim()
    .slice(0, LONGEST_LINE);
}
