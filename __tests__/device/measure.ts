import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Report } from "../../bench/report";
import { DEMO } from "../../lib/demo";

const ROOT = join(__dirname, "..", "..");

export interface MeasureOptions {
  readonly device: string;
  /** A path or what the hub has, each; of both none for what is measured by default. */
  readonly model: string | undefined;
  readonly saes: string | undefined;
  /** After which no row is begun. */
  readonly seconds: number;
  /** As little as shows that the rows can be measured. */
  readonly small: boolean;
  readonly out: string;
}

interface Files {
  readonly model: string;
  readonly saes: string | undefined;
  /** Where the hub's library finds them. */
  readonly env?: NodeJS.ProcessEnv;
}

/** The rows of `npm run bench` on a device. */
export function measure({ device, model, saes, seconds, small, out }: MeasureOptions): Report {
  const begun = performance.now();
  const { env, ...files } = model !== undefined ? { model, saes } : small ? ofTheDemo() : ofRealShape();
  node([join("scripts", "build-native.mjs"), "--bench"]);
  // A software driver has ended the process over many streams (docs/devices.md).
  const sizes = small
    ? { rounds: 1, prompts: 2, rows: "one-token,fork" }
    : { rounds: 3, tokens: 64, prompts: 64, rows: "decode,one-token,fork" };
  const left = seconds - (performance.now() - begun) / 1000;
  const options = { device, ...files, seconds: left, out, ...sizes };
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  script(
    "main.ts",
    given.flatMap(([name, value]) => [`--${name}`, String(value)]),
    env,
  );
  return JSON.parse(readFileSync(join(out, "bench.json"), "utf8")) as Report;
}

function ofTheDemo(): Files {
  return { model: DEMO.model, saes: DEMO.sae };
}

/** Gemma 2 2B's and Gemma Scope's, which the bars are for, with random weights: 1.5 GB, and one SAE for all layers. */
function ofRealShape(): Files {
  const out = join(ROOT, "build", "random");
  const written = script("random-files.ts", ["--model", "gemma-2-2b", "--out", out, "--distinct-saes", "1"]);
  const [, model, saes] = /--model (\S+) --sae (\S+)/.exec(written)!;
  return { model: model!, saes, env: { HF_HUB_CACHE: out, HF_HUB_OFFLINE: "1" } };
}

/** What a script of the benchmark's prints. */
function script(name: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): string {
  return node([join("node_modules", "jiti", "lib", "jiti-cli.mjs"), join("bench", name), ...args], env);
}

function node(args: readonly string[], env: NodeJS.ProcessEnv = {}): string {
  const stdio = ["ignore", "pipe", "inherit"] as const;
  return execFileSync(process.execPath, args, {
    cwd: ROOT,
    env: { ...process.env, ...env },
    stdio: [...stdio],
  }).toString();
}
