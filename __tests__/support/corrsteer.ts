import { spawn, type ChildProcess } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const root = join(__dirname, "..", "..");
export const MAIN = join(root, "dist", "cli", "main.js");

/** The demo's model, SAEs and questions; one thread, as tests run beside each other. */
export const DEMO_MODEL = join(root, "demo", "model.gguf");
export const DEMO_SAES = join(root, "demo", "saes");
export const DEMO_QUESTIONS = join(root, "demo", "questions.jsonl");
export const ON_DEMO = ["--model", DEMO_MODEL, "--sae", DEMO_SAES, "--threads", "1"];
export const DEMO_TASK = ["--task", "jsonl", "--data", DEMO_QUESTIONS];

/** How a command ended. */
export interface Outcome {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly process: ChildProcess;
  readonly ended: Promise<Outcome>;
}

/** Starts any program; `start` starts the command. @param environment besides this process's own */
export function startProgram(
  program: string,
  args: readonly string[],
  environment: NodeJS.ProcessEnv = {},
  cwd?: string,
): Running {
  const env = { ...process.env, ...environment };
  const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"], env, cwd });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  const ended = new Promise<Outcome>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
  return { process: child, ended };
}

/** With nothing on stderr but errors, however long it takes. */
export function quietly(args: readonly string[]): string[] {
  const isCommand = args[0]?.startsWith("-") === false;
  const words = ["sae", "control-vector", "shard"].includes(args[0]!) ? 2 : 1;
  return isCommand ? [...args.slice(0, words), "--quiet", ...args.slice(words)] : [...args];
}

/** Starts `corrsteer`, as it was built. */
export function start(...args: readonly string[]): Running {
  if (!existsSync(MAIN)) throw new Error(`${MAIN} is not there: run npm run build first`);
  return startProgram(process.execPath, [MAIN, ...quietly(args)]);
}

/** Runs `corrsteer` to its end. */
export function corrsteer(...args: readonly string[]): Promise<Outcome> {
  return start(...args).ended;
}

/** Runs it to its end, which has to be a good one; gives what it printed. */
export async function succeed(...args: readonly string[]): Promise<string> {
  return printedBy(await corrsteer(...args));
}

/** What a command printed, which has to have ended well. */
export function printedBy(outcome: Outcome): string {
  expect(outcome).toMatchObject({ code: 0, signal: null, stderr: "" });
  return outcome.stdout;
}

/** It failed as a command should: nothing on stdout, one line on stderr with the error's code and all of `words`. */
export function expectFailure(outcome: Outcome, exitCode: 1 | 2, errorCode: string, ...words: readonly string[]): void {
  expect(outcome).toMatchObject({ code: exitCode, signal: null, stdout: "" });
  expect(outcome.stderr).toMatch(new RegExp(`^corrsteer: ${errorCode} [^\\n]+\\n$`));
  for (const word of words) expect(outcome.stderr).toContain(word);
}

/** Waits until `condition` holds while the command runs. */
export async function until(condition: () => boolean, running: Running): Promise<void> {
  while (!condition()) {
    const { exitCode, signalCode } = running.process;
    if (exitCode !== null || signalCode !== null) {
      throw new Error(`it ended before that: ${JSON.stringify(await running.ended)}`);
    }
    await sleep(1);
  }
}
