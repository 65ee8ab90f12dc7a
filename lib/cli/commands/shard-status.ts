import type { Command } from "commander";
import { count, duration, quantity } from "../../quantity";
import { ranges } from "../../shard/ranges";
import type { WorkerStates } from "../../shard/executors/executor";
import { submittedWorkers } from "../../shard/submit";
import { shardStatus, type ShardStatus } from "../../shard/status";
import { queueOption, storageOption } from "../../shard/options";
import { addDeclared, declared } from "../declared-options";
import { interruptible } from "../interruptible";
import { printJson, printLines } from "../output";
import type { ProgressFlags } from "../progress";

interface Flags extends ProgressFlags {
  json?: true;
}

export function addShardStatus(group: Command): void {
  const command = group
    .command("status")
    .description("say how far a plan is, how fast, and which shards failed")
    .argument("<plan>", "the folder of a plan")
    .option("--json", "print it as one JSON document")
    .action(interruptible(run));
  addDeclared(command, "Options:", storageOption);
  addDeclared(command, "Queue:", queueOption);
}

async function run(_signal: AbortSignal, plan: string, flags: Flags): Promise<void> {
  const status = await shardStatus(plan, declared(storageOption, flags));
  const submitted = await submittedWorkers(plan, declared(queueOption, flags));
  if (flags.json) printJson({ ...status, ...(submitted && { submitted }) });
  else printLines([...statusLines(status), ...(submitted ? [submittedLine(submitted)] : [])]);
}

function submittedLine(states: WorkerStates): string {
  const told = Object.entries(states).map(([state, n]) => `${n} ${state}`);
  return `submitted: ${told.join(", ") || "none is left"}`;
}

export function statusLines({ nShards, nDone, missing, begun, failed, questions, ...others }: ShardStatus): string[] {
  const { logs, perSecond, secondsLeft } = others;
  const asked = `${count(questions.done)} of ${quantity(questions.total, "question")}`;
  const rate = perSecond === null || missing.length === 0 ? "" : `, ${perSecond.toPrecision(3)} a second`;
  const left = secondsLeft === null || missing.length === 0 ? "" : `: ${duration(secondsLeft)} left`;
  return [
    `${nDone} of ${quantity(nShards, "shard")} done, ${asked}${rate}${left}`,
    ...(missing.length > 0 ? [`missing: ${ranges(missing)}`] : []),
    ...(begun.length > 0 ? [`begun: ${ranges(begun)}`] : []),
    ...failed.map(
      ({ shard, code, message, host, at }) => `shard ${shard} failed on ${host}, ${at}: ${code} ${message}`,
    ),
    ...logs.flatMap(({ path, lastLines }) => [`${path} ends:`, ...lastLines.map((line) => `  ${line}`)]),
  ];
}
