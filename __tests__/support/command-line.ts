import { spawn, spawnSync } from "node:child_process";
import { join } from "node:path";

const root = join(__dirname, "..", "..");
const main = join(root, "dist", "cli", "main.js");

export const fixtures = join(root, "__tests__", "fixtures");
export const model = join(fixtures, "llama.gguf");
export const saes = join(fixtures, "saes", "llama");

export interface Ended {
  status: number | null;
  stdout: string;
  stderr: string;
}

/** Runs `corrsteer` as a process; neither output is a terminal. */
export function corrsteer(...args: string[]): Ended {
  return spawnSync(process.execPath, [main, ...args], { encoding: "utf8" });
}

/** The one JSON document that it prints; stderr must be empty. */
export function corrsteerJson(...args: string[]): unknown {
  const { status, stdout, stderr } = corrsteer(...args, "--json");
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  return JSON.parse(stdout);
}

/** Starts `corrsteer`, interrupts it as Ctrl-C does as soon as it is `ready`, and waits for its end. */
export async function interrupt(args: string[], ready: (stdout: string) => boolean): Promise<Ended & { ms: number }> {
  const child = spawn(process.execPath, [main, ...args]);
  let [stdout, stderr] = ["", ""];
  child.stdout.on("data", (data: Buffer) => (stdout += data.toString()));
  child.stderr.on("data", (data: Buffer) => (stderr += data.toString()));
  let since = Infinity;
  const poll = setInterval(() => {
    if (!ready(stdout)) return;
    clearInterval(poll);
    since = Date.now();
    child.kill("SIGINT");
  }, 5);
  const status = await new Promise<number | null>((resolve) => child.on("close", resolve));
  clearInterval(poll);
  return { status, stdout, stderr, ms: Date.now() - since };
}
