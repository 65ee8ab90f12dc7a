// npm run bench:against -- CHECKOUT [--repeats N] -- ARGUMENTS
// This checkout beside another one that `npm run bench` was built in: bench/main.ts runs in the two by turns, with the same
// arguments, and each line says how fast this one is, of the other's median. A ratio of two processes is noisy: repeat.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import type { Report } from "./report";
import { median } from "./rounds";

const root = join(__dirname, "..");

/** Seconds of each arm of one run, by row and arm. */
function measure(checkout: string, args: readonly string[]): Map<string, number> {
  const out = mkdtempSync(join(tmpdir(), "corrsteer-bench-"));
  try {
    const jiti = join(checkout, "node_modules", ".bin", "jiti");
    execFileSync(jiti, [join(checkout, "bench", "main.ts"), ...args, "--out", out], {
      cwd: checkout,
      stdio: ["ignore", "ignore", "inherit"],
    });
    const { results } = JSON.parse(readFileSync(join(out, "bench.json"), "utf8")) as Report;
    return new Map(results.map(({ row, arm, of, seconds }) => [`${row}: ${arm}`, seconds[of]]));
  } finally {
    rmSync(out, { recursive: true });
  }
}

function main(): void {
  const { values, positionals } = parseArgs({
    options: { repeats: { type: "string", default: "5" } },
    allowPositionals: true,
  });
  const [other, ...args] = positionals;
  if (other === undefined) throw new Error("expected the folder of another checkout");
  const times = { here: new Map<string, number[]>(), there: new Map<string, number[]>() };
  for (let repeat = 0; repeat < Number(values.repeats); repeat++) {
    const turns = [["here", root] as const, ["there", resolve(other)] as const];
    for (const [side, checkout] of repeat % 2 === 0 ? turns : turns.reverse()) {
      for (const [line, seconds] of measure(checkout, args)) {
        times[side].set(line, [...(times[side].get(line) ?? []), seconds]);
      }
    }
  }
  console.log("| row: arm | seconds here | there | speed |\n|---|---|---|---|");
  for (const [line, here] of times.here) {
    const there = times.there.get(line);
    if (!there) continue;
    const [own, others] = [median(here), median(there)];
    console.log(`| ${line} | ${own.toFixed(3)} | ${others.toFixed(3)} | ${(others / own).toFixed(3)} |`);
  }
}

main();
