import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Report } from "../../bench/report";

const ROOT = join(__dirname, "..", "..");

export interface MeasureOptions {
  readonly device: string;
  readonly model: string;
  readonly saes: string;
  /** After which no row is begun. */
  readonly seconds: number;
  /** As little as shows that the rows can be measured. */
  readonly small: boolean;
  readonly out: string;
}

/** The rows of `npm run bench` on a device. */
export function measure({ device, model, saes, seconds, small, out }: MeasureOptions): Report {
  const node = (...args: string[]) =>
    execFileSync(process.execPath, args, { cwd: ROOT, stdio: ["ignore", 2, "inherit"] });
  node(join("scripts", "build-native.mjs"), "--bench");
  const sizes = small ? { rounds: 1, tokens: 4, prompts: 2 } : { rounds: 3, tokens: 64, prompts: 64 };
  const options = { device, model, saes, seconds, out, ...sizes };
  const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
  node(join("node_modules", "jiti", "lib", "jiti-cli.mjs"), join("bench", "main.ts"), ...args);
  return JSON.parse(readFileSync(join(out, "bench.json"), "utf8")) as Report;
}
