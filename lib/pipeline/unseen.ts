import { join } from "node:path";
import type { Sample } from "../data/sample";
import { SteeringError } from "../errors";
import { readSamples } from "../run/samples";

/**
 * Test questions must not be those that features were selected on, which another seed or split than the run's makes of
 * them.
 * @throws ERR_RUN_MISMATCH, ERR_FILE_FORMAT
 */
export async function requireUnseen(directory: string, test: readonly Sample[]): Promise<void> {
  const asked = new Map(test.map(({ id, prompt }) => [id, prompt]));
  let nSeen = 0;
  let first = "";
  for await (const { id, prompt } of readSamples(join(directory, "samples.jsonl"))) {
    if (asked.get(id) !== prompt) continue;
    nSeen += 1;
    first ||= id;
  }
  if (nSeen === 0) return;
  throw new SteeringError(
    "ERR_RUN_MISMATCH",
    `${directory} was selected on ${nSeen} of ${test.length} test questions, such as sample ${first}: evaluate with the run's own split and seed`,
    { directory, nSeen, sample: first },
  );
}
