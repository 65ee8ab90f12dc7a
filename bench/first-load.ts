// npm run bench:first-load -- --model FILE [--rounds N]: a load in a child process first (nothing remembered), and one that
// is remembered, against a load at once. Ratios within one run: arms take turns, medians are reported.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { Model } from "../lib/model/model";
import type { ModelOptions } from "../lib/model/options";
import { interleave, median, ratios, seconds, type Arm } from "./rounds";

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { model: { type: "string" }, rounds: { type: "string", default: "9" } } });
  const { model: path } = values;
  if (!path) throw new Error("--model FILE is needed");
  const folder = await mkdtemp(join(tmpdir(), "corrsteer-bench-"));
  const load = (verify: NonNullable<ModelOptions["verify"]>, cache: string) => {
    process.env["XDG_CACHE_HOME"] = join(folder, cache);
    return seconds(async () => (await Model.load(path, { verify })).dispose());
  };
  const arms: Arm[] = [
    { name: "at once", run: () => load("never", "none") },
    { name: "first", run: (round) => load("unknown", `round-${round}`) },
    { name: "remembered", run: () => load("unknown", "warm") },
  ];
  const times = await interleave(arms, Number(values.rounds)).finally(() => rm(folder, { recursive: true }));
  for (const [name, own] of times) {
    const ratio = median(ratios(own, times.get("at once")!));
    console.log(`${name}: ${(1000 * median(own)).toFixed(1)} ms, ${ratio.toFixed(2)} times a load at once`);
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
