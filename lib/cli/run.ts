import type { Command } from "commander";
import { invalidArgument } from "../errors";
import { runPipeline } from "../pipeline/pipeline";
import { setupOptions, type SetupOptions } from "../pipeline/setup-options";
import { compareRuns } from "../report/compare/compare";
import { writeReport } from "../report/write-report";
import { given } from "../options/given";
import { comparisonLines } from "./comparison-table";
import { evaluationLines } from "./evaluation-table";
import { declared } from "./declared-options";
import { GOES_ON, interruptible } from "./interruptible";
import { numbers } from "./options";
import { printJson, printLines } from "./output";
import { showProgress } from "./progress";
import { addRankOptions, rankOptions, type RankFlags } from "./rank-options";
import { addSelectOptions, type SelectFlags, selectOptions } from "./select-options";
import {
  addCollectOptions,
  addEvaluateOptions,
  addSetupOptions,
  type CollectFlags,
  collectOptions,
  type EvaluateFlags,
  evaluateOptions,
} from "./setup-options";

interface RunFlags extends CollectFlags, RankFlags, SelectFlags, EvaluateFlags {
  out?: string;
  seed?: number;
  seeds?: number[];
  json?: true;
  quiet?: true;
}

export function addRun(program: Command): void {
  addEvaluateOptions(addSelectOptions(addRankOptions(addCollectOptions(addSetupOptions(program.command("run"))))))
    .description("do the whole job: collect, rank, select, evaluate, report")
    .option("--seeds <list>", "do it once for each of these seeds, and compare", numbers)
    .option("--out <folder>", "the run directory, new or to go on with (default: runs/<task>-<model>-<seed>)")
    .option("--json", "print the evaluation as one JSON document")
    .action(interruptible(run, GOES_ON));
}

async function run(signal: AbortSignal, { seeds, ...flags }: RunFlags): Promise<void> {
  if (seeds) return runSeeds(signal, flags, seeds);
  const { evaluation, reportPath } = await runOnce(signal, flags);
  if (flags.json) printJson(evaluation);
  else printLines([...evaluationLines(evaluation), `Report: ${reportPath}`]);
}

/** The whole job for each seed, into `<out>-<seed>`, then all of them side by side. */
async function runSeeds(signal: AbortSignal, flags: Omit<RunFlags, "seeds">, seeds: readonly number[]): Promise<void> {
  if (flags.seed !== undefined) throw invalidArgument("seeds", "seed or seeds, not both", flags.seed);
  if (seeds.length === 0 || new Set(seeds).size < seeds.length) {
    throw invalidArgument("seeds", "at least one seed, none twice", seeds);
  }
  const odd = seeds.find((seed) => !Number.isSafeInteger(seed));
  if (odd !== undefined) throw invalidArgument("seeds", "integers", odd);
  const directories: string[] = [];
  for (const seed of seeds) {
    const out = flags.out === undefined ? {} : { out: `${flags.out}-${seed}` };
    const { evaluation, reportPath } = await runOnce(signal, { ...flags, seed, ...out });
    directories.push(evaluation.runDir);
    if (!flags.json) printLines([`Seed ${seed}: ${evaluation.headline}`, `Report: ${reportPath}`]);
  }
  const comparison = await compareRuns(directories);
  if (flags.json) printJson(comparison);
  else printLines(["", ...comparisonLines(comparison)]);
}

async function runOnce(signal: AbortSignal, flags: Omit<RunFlags, "seeds">) {
  using progress = showProgress(signal, flags);
  let reportPath = "";
  const evaluation = await runPipeline({
    ...(declared(setupOptions, flags) as SetupOptions),
    ...collectOptions(flags),
    rank: rankOptions(flags),
    ...selectOptions(flags),
    ...evaluateOptions(flags),
    ...given({ directory: flags.out }),
    onProgress: progress,
    onEvaluated: async ({ runDir }, lock) => {
      reportPath = (await writeReport(runDir, { lock, onProgress: progress.of("report"), signal })).path;
    },
    signal,
  });
  return { evaluation, reportPath };
}
