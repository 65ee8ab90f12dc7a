import { join } from "node:path";
import type { Sample } from "../data/sample";
import { SteeringError } from "../errors";
import { readSamples } from "../run/samples";

/**
 * Test questions must not be those that features were selected on, which another seed or split than the run's makes of
 * them, or another shard of it.
 *
 * @param runs the directories of all shards
 * @throws ERR_RUN_MISMATCH, ERR_FILE_FORMAT
 */
export async function requireUnseen(runs: readonly string[], test: readonly Sample[]): Promise<void> {
  const asked = new Map(test.map(({ id, prompt }) => [id, prompt]));
  for (const run of runs) await requireUnseenIn(run, test.length, asked);
}

async function requireUnseenIn(run: string, nAsked: number, asked: ReadonlyMap<string, string>): Promise<void> {
  let nSeen = 0;
  let first = "";
  for await (const { id, prompt } of readSamples(join(run, "samples.jsonl"))) {
    if (asked.get(id) !== prompt) continue;
    nSeen += 1;
    first ||= id;
  }
  if (nSeen === 0) return;
  throw new SteeringError(
    "ERR_RUN_MISMATCH",
    `${run} was selected on ${nSeen} of ${nAsked} test questions, such as sample ${first}: evaluate with the run's own split and seed`,
    { directory: run, nSeen, sample: first },
  );
}
