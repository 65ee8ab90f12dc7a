import type { Command } from "commander";
import { mergeOptions, mergeShards } from "../../shard/merge";
import { addDeclared, declared } from "../declared-options";
import { GOES_ON, interruptible } from "../interruptible";
import { printJson, printLines } from "../output";
import { showProgress, type ProgressFlags } from "../progress";
import { rankingLines } from "../ranking-table";

interface Flags extends ProgressFlags {
  json?: true;
}

export function addShardMerge(group: Command): void {
  const command = group
    .command("merge")
    .description("make the run of all shards, ranked, for select, evaluate and report")
    .argument("<plan>", "the folder of a plan")
    .option("--json", "print the ranking as one JSON document")
    .action(interruptible(run, GOES_ON));
  addDeclared(command, "Options:", mergeOptions);
}

async function run(signal: AbortSignal, plan: string, flags: Flags): Promise<void> {
  const { directory, ranking } = await showProgress(signal, flags, (progress) =>
    mergeShards(plan, { ...declared(mergeOptions, flags), onProgress: progress.of("merge"), signal }),
  );
  if (flags.json) printJson({ runDir: directory, ...ranking });
  else printLines([...rankingLines(ranking), directory]);
}
