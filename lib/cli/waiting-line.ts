import { count } from "../quantity";
import type { Waiting } from "../shard/later-stages";

/** What is to be done next of a plan. */
export function waitingLine({ stage, missing, total }: Waiting): string {
  return `${stage}: ${count(missing)} of ${count(total)} blocks of questions are not answered yet: run shard work, then merge`;
}
