import type { Command } from "commander";
import { waitingLine } from "../waiting-line";
import { ranges } from "../../shard/ranges";
import { indexOfEnvironment } from "../../shard/indices";
import { workerOptions, workerSetup } from "../../shard/options";
import type { ShardWork } from "../../shard/shard-worker";
import { workShards } from "../../shard/work";
import { addDeclared, declared } from "../declared-options";
import { tellOfDownload } from "../fetched";
import { interruptible } from "../interruptible";
import { printJson, printLines } from "../output";
import { showProgress, type ProgressFlags } from "../progress";

interface Flags extends ProgressFlags {
  json?: true;
}

export function addShardWork(group: Command): void {
  const command = group
    .command("work")
    .description("do shards of a plan until none is left to this worker, with model and SAEs loaded once")
    .argument("<plan>", "the folder of a plan")
    .option("--json", "print which shards were done as one JSON document")
    .action(interruptible(run, "goes on where it stopped"));
  addDeclared(command, "Shards:", workerOptions);
  addDeclared(command, "In place of what the plan says:", workerSetup, true);
}

async function run(signal: AbortSignal, plan: string, flags: Flags): Promise<void> {
  const { index, ...asked } = declared(workerOptions, flags);
  const isTold = asked.indices !== undefined || asked.redis !== undefined;
  const own = index ?? (!isTold ? indexOfEnvironment(process.env) : undefined);
  const did = await showProgress(signal, flags, (progress) =>
    workShards(plan, {
      ...asked,
      ...(own !== undefined && { index: own }),
      overrides: declared(workerSetup, flags),
      onDownload: tellOfDownload(progress, flags),
      onProgress: progress.of("work"),
      signal,
    }),
  );
  if (flags.json) printJson(did);
  else printLines(workLines(did));
}

function workLines({ done, before, waiting }: ShardWork): string[] {
  return [`done: ${inWords(done)}; done before: ${inWords(before)}`, ...(waiting ? [waitingLine(waiting)] : [])];
}

function inWords(shards: readonly number[]): string {
  return shards.length === 0 ? "none" : ranges([...shards].sort((a, b) => a - b));
}
