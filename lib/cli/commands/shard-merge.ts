import type { Command } from "commander";
import { mergeShards } from "../../shard/merge";
import { mergeOptions, workerSetup } from "../../shard/options";
import { quantity } from "../../quantity";
import { ranges } from "../../shard/ranges";
import { addDeclared, declared } from "../declared-options";
import { evaluationLines } from "../evaluation-table";
import { tellOfDownload } from "../fetched";
import { GOES_ON, interruptible } from "../interruptible";
import { printJson, printLines } from "../output";
import { showProgress, type ProgressFlags } from "../progress";
import { rankingLines } from "../ranking-table";
import { waitingLine } from "../waiting-line";

interface Flags extends ProgressFlags {
  json?: true;
}

export function addShardMerge(group: Command): void {
  const command = group
    .command("merge")
    .description("make the run of all shards: rank, select and evaluate, as far as workers have answered")
    .argument("<plan>", "the folder of a plan")
    .option("--json", "print what was found as one JSON document")
    .action(interruptible(run, GOES_ON));
  addDeclared(command, "Options:", mergeOptions);
  addDeclared(command, "In place of what the plan says:", workerSetup, true);
}

async function run(signal: AbortSignal, plan: string, flags: Flags): Promise<void> {
  const merged = await showProgress(signal, flags, (progress) =>
    mergeShards(plan, {
      ...declared(mergeOptions, flags),
      overrides: declared(workerSetup, flags),
      onDownload: tellOfDownload(progress, flags),
      onProgress: progress.of("merge"),
      signal,
    }),
  );
  const { directory, ranking, missing, waiting, evaluated } = merged;
  if (flags.json) printJson({ runDir: directory, ...merged });
  else
    printLines([
      ...(evaluated ? evaluationLines(evaluated) : rankingLines(ranking)),
      ...(missing.length > 0 ? [missingLine(missing, ranking.n)] : []),
      ...(waiting ? [waitingLine(waiting)] : []),
      directory,
    ]);
}

/** @param n questions of the others */
function missingLine(missing: readonly number[], n: number): string {
  return `missing: ${ranges(missing)}; this is of the ${quantity(n, "question")} of the other shards`;
}
