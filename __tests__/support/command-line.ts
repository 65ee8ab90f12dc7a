import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { MAIN, quietly, start } from "./corrsteer";

export const fixtures = join(__dirname, "..", "fixtures");
export const model = join(fixtures, "llama.gguf");
export const saes = join(fixtures, "saes", "llama");

export interface Ended {
  status: number | null;
  stdout: string;
  stderr: string;
}

/** Runs `corrsteer` as a process; neither output is a terminal. */
export function corrsteer(...args: string[]): Ended {
  return spawnSync(process.execPath, [MAIN, ...quietly(args)], { encoding: "utf8" });
}

/** The one JSON document that it prints; stderr must be empty. */
export function corrsteerJson(...args: string[]): unknown {
  const { status, stdout, stderr } = corrsteer(...args, "--json");
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  return JSON.parse(stdout);
}

/** Starts `corrsteer`, interrupts it as Ctrl-C does as soon as it is `ready`, and waits for its end. */
export async function interrupt(args: string[], ready: (stdout: string) => boolean): Promise<Ended & { ms: number }> {
  const { process: child, ended } = start(...args);
  let stdout = "";
  child.stdout!.on("data", (text: string) => (stdout += text));
  let since = Infinity;
  const poll = setInterval(() => {
    if (!ready(stdout)) return;
    clearInterval(poll);
    since = Date.now();
    child.kill("SIGINT");
  }, 5);
  const outcome = await ended;
  clearInterval(poll);
  return { status: outcome.code, stdout: outcome.stdout, stderr: outcome.stderr, ms: Date.now() - since };
}
