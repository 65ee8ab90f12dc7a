import type { Command } from "commander";
import { runPipeline } from "../pipeline/pipeline";
import type { SetupOptions } from "../pipeline/setup";
import { writeReport } from "../report/write-report";
import { evaluationLines } from "./evaluation-table";
import { interruptible } from "./interruptible";
import { given } from "./options";
import { printJson, printLines } from "./output";
import { progressBars } from "./progress";
import { addRankOptions, rankOptions, type RankFlags } from "./rank-options";
import {
  addCollectOptions,
  addEvaluateOptions,
  addSetupOptions,
  type CollectFlags,
  collectOptions,
  type EvaluateFlags,
  evaluateOptions,
  type SetupFlags,
  setupOptions,
} from "./setup-options";

interface RunFlags extends SetupFlags, CollectFlags, RankFlags, EvaluateFlags {
  out?: string;
  json?: true;
}

export function addRun(program: Command): void {
  addEvaluateOptions(addRankOptions(addCollectOptions(addSetupOptions(program.command("run")))))
    .description("do the whole job: collect, rank, select, evaluate, report")
    .option("--out <folder>", "the run directory, new or to go on with (default: runs/<task>-<model>-<seed>)")
    .option("--json", "print the evaluation as one JSON document")
    .action(interruptible(run));
}

async function run(signal: AbortSignal, flags: RunFlags): Promise<void> {
  using onProgress = progressBars();
  const evaluation = await runPipeline({
    ...(setupOptions(flags) as SetupOptions),
    ...collectOptions(flags),
    rank: rankOptions(flags),
    ...evaluateOptions(flags),
    ...given({ directory: flags.out }),
    onProgress,
    signal,
  });
  const { path } = await writeReport(evaluation.runDir, { signal });
  if (flags.json) printJson(evaluation);
  else printLines([...evaluationLines(evaluation), `Report: ${path}`]);
}
