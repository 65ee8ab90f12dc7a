import { spawnSync } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { NativeDevice } from "../../lib/native/addon";
import { type Figure, readFigures } from "./figures";

const ROOT = join(__dirname, "..", "..");
/** A driver that computes on the CPU is slow where that has other work. */
const TEST_MS = 300_000;

export interface Parity {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly seconds: number;
  readonly figures: readonly Figure[];
}

interface JestResults {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numRuntimeErrorTestSuites: number;
  readonly numPendingTests: number;
}

/** Runs this folder's tests on a device, in one process, so that a driver compiles its shaders once. */
export function runParity(device: NativeDevice, out: string): Parity {
  const figures = join(out, "figures.jsonl");
  const results = join(out, "jest.json");
  rmSync(figures, { force: true });
  rmSync(results, { force: true });
  const begun = performance.now();
  const jest = join(ROOT, "node_modules", "jest", "bin", "jest.js");
  const options = ["--runInBand", `--testTimeout=${TEST_MS}`, "--json", `--outputFile=${results}`];
  const env = { ...process.env, CORRSTEER_TEST_DEVICE: device.name, CORRSTEER_FIGURES: figures };
  spawnSync(process.execPath, [jest, ...options, join("__tests__", "device")], {
    cwd: ROOT,
    env,
    stdio: ["ignore", "ignore", "inherit"],
  });
  const said = JSON.parse(readFileSync(results, "utf8")) as JestResults;
  return {
    passed: said.numPassedTests,
    failed: said.numFailedTests + said.numRuntimeErrorTestSuites,
    skipped: said.numPendingTests,
    seconds: (performance.now() - begun) / 1000,
    figures: readFigures(figures),
  };
}
