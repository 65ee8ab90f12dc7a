import { spawn } from "node:child_process";
import { existsSync, mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { MAIN, quietly, type Running, startProgram } from "./corrsteer";

const root = join(__dirname, "..", "..");
/** Where they are. */
export const CLIENTS = join(root, "build", "clients", "node_modules");
const platform = process.platform === "win32" ? "win" : process.platform;

/** The Node.js that the newest of them want. */
export const NEW_NODE = join(CLIENTS, `node-${platform}-${process.arch}`, "bin", "node");

/** `describe`, where the packages that a test uses are installed. */
export function describeWith(packages: readonly string[], name: string, tests: () => void): void {
  const missing = packages.filter((each) => !existsSync(join(CLIENTS, each)));
  if (missing.length === 0) describe(name, tests);
  else describe.skip(`${name} (not installed: ${missing.join(", ")}; node scripts/clients.mjs)`, tests);
}

/** Starts `corrsteer` where it finds them. @param node Node.js's own options */
export function startWithClients(
  args: readonly string[],
  { environment = {}, node = [] }: { environment?: NodeJS.ProcessEnv; node?: readonly string[] } = {},
): Running {
  return startProgram(process.execPath, [...node, MAIN, ...quietly(args)], { NODE_PATH: CLIENTS, ...environment });
}

/** Makes this package one that is installed in a folder. */
export function linkPackage(folder: string): void {
  mkdirSync(join(folder, "node_modules"), { recursive: true });
  symlinkSync(root, join(folder, "node_modules", "corrsteer"), "junction");
}

/** What a program of `__tests__/clients` prints as JSON. The environment's CLIENTS is where the packages are. */
export async function client(node: string, program: string, ...args: readonly string[]): Promise<unknown> {
  const child = spawn(node, [join(root, "__tests__", "clients", program), ...args], {
    env: { ...process.env, CLIENTS },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [stdout, stderr, code] = await Promise.all([
    child.stdout.toArray(),
    child.stderr.toArray(),
    new Promise((resolve) => child.once("close", resolve)),
  ]);
  if (code !== 0) throw new Error(`${program} ended with ${String(code)}: ${stderr.join("")}`);
  return JSON.parse(stdout.join("")) as unknown;
}
