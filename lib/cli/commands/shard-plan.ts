import type { Command } from "commander";
import { quantity } from "../../quantity";
import { rankSettings } from "../../rank/options";
import { partOptions, planShards, shardPlanOptions, type ShardPlanOptions } from "../../shard/make-plan";
import { CONFIG_ARGUMENT } from "../configurable-command";
import { addDeclared, declared } from "../declared-options";
import { tellOfDownload } from "../fetched";
import { interruptible } from "../interruptible";
import { addJobOptions } from "../job-options";
import { printJson, printLines } from "../output";
import { showProgress, type ProgressFlags } from "../progress";

interface Flags extends ProgressFlags {
  out: string;
  json?: true;
}

export function addShardPlan(group: Command): void {
  const command = group
    .command("plan")
    .description("write the plan of a run in parts that any number of machines can do")
    .argument(`[${CONFIG_ARGUMENT}]`, "YAML file with any of these options, as --config takes it: that of run");
  addDeclared(command, "Shards:", partOptions).option("--json", "print the plan as one JSON document");
  addJobOptions(command).action(interruptible(plan));
}

async function plan(signal: AbortSignal, _file: string | undefined, flags: Flags): Promise<void> {
  const made = await showProgress(signal, flags, (progress) =>
    planShards({
      ...(declared(shardPlanOptions, flags) as ShardPlanOptions),
      rank: declared(rankSettings, flags),
      onDownload: tellOfDownload(progress, flags),
      onProgress: progress.of("plan"),
      signal,
    }),
  );
  if (flags.json) {
    printJson(made);
    return;
  }
  const { shards, run } = made;
  const chunks = quantity(shards[0]!.nChunks, "chunk");
  const each = `${chunks} of ${quantity(run.chunkSamples, "question")}`;
  printLines([
    `${flags.out}: ${quantity(run.samples.n, "question")} in ${quantity(shards.length, "shard")}, each up to ${each}`,
  ]);
}
