import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";

const JITI = join(__dirname, "..", "..", "node_modules", "jiti", "lib", "jiti-cli.mjs");
const HANG_MS = 20_000;
/** Of a child that compiles itself, on a busy machine. */
const START_MS = 120_000;

/** What a child writes: a mutant before it is opened, and how that went. */
export type Line =
  | { readonly opens: number; readonly name: string }
  | { readonly done: number; readonly outcome: string; readonly finding?: string };

/** Runs child.ts until it ends, or opens nothing for two minutes, or says nothing for 20 seconds then; resolves with how it ended, in words. */
export async function runChild(args: readonly string[], onLine: (line: Line) => void): Promise<string> {
  const child = spawn(process.execPath, [JITI, join(__dirname, "child.ts"), ...args], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, XDG_CACHE_HOME: join(args.at(-1)!, "cache") },
  });
  let stderr = "";
  let ending = "";
  const onHang = () => {
    ending = "hangs";
    child.kill("SIGKILL");
  };
  let timer = setTimeout(onHang, START_MS);
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr = (stderr + text).slice(-2000)));
  createInterface(child.stdout).on("line", (line) => {
    clearTimeout(timer);
    timer = setTimeout(onHang, HANG_MS);
    onLine(JSON.parse(line) as Line);
  });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => {
      clearTimeout(timer);
      resolve(`${ending || `ends by ${signal ?? `exit ${code}`}`}\n${stderr.trim()}`);
    });
  });
}
