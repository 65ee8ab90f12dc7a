// npm run bench:against -- COMMIT [--repeats N] -- ARGUMENTS
// This checkout beside another commit, which is built in build/against/COMMIT: the rows of bench/main.ts, as they are here, run
// on the two by turns with the same arguments, and each line says how fast this one is, of the other's median. A ratio of
// two processes is noisy: repeat.
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { ROOT } from "./programs";
import type { Report } from "./report";
import { median } from "./rounds";

/** The checkout of a commit with this one's bench/, built. */
function build(commit: string): string {
  const checkout = join(ROOT, "build", "against", git("rev-parse", `${commit}^{commit}`).toString().trim());
  if (!existsSync(checkout)) {
    mkdirSync(checkout, { recursive: true });
    execFileSync("tar", ["-x", "-C", checkout], { input: git("archive", commit) });
    const locks = [ROOT, checkout].map((folder) => readFileSync(join(folder, "package-lock.json"), "utf8"));
    if (locks[0] === locks[1]) symlinkSync(join(ROOT, "node_modules"), join(checkout, "node_modules"));
    else run("npm", ["ci"], checkout);
  }
  cpSync(join(ROOT, "bench"), join(checkout, "bench"), { recursive: true });
  run(process.execPath, [join("scripts", "build-native.mjs")], checkout);
  return checkout;
}

function git(...args: readonly string[]): Buffer {
  return execFileSync("git", args, { cwd: ROOT, maxBuffer: 2 ** 28 });
}

function run(program: string, args: readonly string[], cwd: string): void {
  const env = { ...process.env, CORRSTEER_BENCH_PROGRAMS: join(ROOT, "build", "native") };
  execFileSync(program, args, { cwd, env, stdio: ["ignore", "ignore", "inherit"] });
}

/** Seconds of each arm of one run, by row and arm. */
function measure(checkout: string, args: readonly string[]): Map<string, number> {
  const out = mkdtempSync(join(tmpdir(), "corrsteer-bench-"));
  try {
    const jiti = join(checkout, "node_modules", ".bin", "jiti");
    run(jiti, [join(checkout, "bench", "main.ts"), ...args, "--out", out], checkout);
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
  const [commit, ...args] = positionals;
  if (commit === undefined) throw new Error("expected a commit");
  const other = build(commit);
  const times = { here: new Map<string, number[]>(), there: new Map<string, number[]>() };
  for (let repeat = 0; repeat < Number(values.repeats); repeat++) {
    const turns = [["here", ROOT] as const, ["there", other] as const];
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
