import type { Command } from "commander";
import { addShardMerge } from "./shard-merge";
import { addShardPlan } from "./shard-plan";
import { addShardStatus } from "./shard-status";
import { addShardCancel, addShardSubmit } from "./shard-submit";
import { addShardWork } from "./shard-work";

/** Runs that outgrow one machine. */
export function addShard(command: Command): void {
  addShardPlan(command);
  addShardWork(command);
  addShardSubmit(command);
  addShardMerge(command);
  addShardStatus(command);
  addShardCancel(command);
}
