import type { Command } from "commander";
import { quantity } from "../../quantity";
import { queueOption } from "../../shard/options";
import { cancelShards, submitOptions, submitShards, type Submitted } from "../../shard/submit";
import { addDeclared, declared } from "../declared-options";
import { interruptible } from "../interruptible";
import { log, printJson, printLines, printText } from "../output";
import type { ProgressFlags } from "../progress";

interface Flags extends ProgressFlags {
  json?: true;
}

export function addShardSubmit(group: Command): void {
  const command = group
    .command("submit")
    .description(
      "start workers that do what is missing of a plan: processes here, a SLURM array, a Kubernetes job, or a queue",
    )
    .argument("<plan>", "the folder of a plan")
    .option("--json", "print what was started as one JSON document")
    .action(interruptible(submit, "goes on where they stopped"));
  addDeclared(command, "Workers:", submitOptions);
}

export function addShardCancel(group: Command): void {
  const command = group
    .command("cancel")
    .description("end the workers that were submitted to SLURM, or remove the jobs of a queue: what is published stays")
    .argument("<plan>", "the folder of a plan")
    .action(interruptible(cancel));
  addDeclared(command, "Options:", queueOption);
}

async function submit(signal: AbortSignal, plan: string, flags: Flags): Promise<void> {
  const submitted = await submitShards(plan, {
    ...declared(submitOptions, flags),
    program: process.argv.slice(0, 2),
    onWorkers: ({ workers, threads, fit }) => {
      const room = fit === null ? "" : `; ${fit} fit into memory`;
      if (!flags.quiet) log(`${quantity(workers, "worker")} with ${quantity(threads, "thread")} each${room}`);
    },
    signal,
  });
  if (submitted.job !== undefined && !flags.json) printText(submitted.job);
  else if (flags.json) printJson(submitted);
  else printLines([line(submitted)]);
}

function line({ on, workers, jobs }: Submitted): string {
  if (on === "bullmq") return `${quantity(jobs.length, "shard")} in the queue: start shard work with --redis`;
  const told = quantity(workers, "worker");
  return on === "local" ? `${told} ended: shard status says what is left` : `${told}: job ${jobs.join(", ")}`;
}

async function cancel(_signal: AbortSignal, plan: string, flags: object): Promise<void> {
  const jobs = await cancelShards(plan, declared(queueOption, flags));
  printLines([jobs.length === 0 ? "none were submitted" : `cancelled: ${jobs.join(", ")}`]);
}
