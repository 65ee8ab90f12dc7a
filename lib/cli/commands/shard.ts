import type { Command } from "commander";
import { addShardMerge } from "./shard-merge";
import { addShardPlan } from "./shard-plan";
import { addShardStatus } from "./shard-status";
import { addShardWork } from "./shard-work";

/** Runs that outgrow one machine. */
export function addShard(command: Command): void {
  addShardPlan(command);
  addShardWork(command);
  addShardMerge(command);
  addShardStatus(command);
}
