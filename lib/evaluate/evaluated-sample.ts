import { join } from "node:path";
import { z } from "zod";
import { armAnswer } from "../ask/arm-answer";
import { SteeringError } from "../errors";
import { readJsonLines, requireCount } from "../run/samples";
import type { Evaluation } from "./evaluation";

export const evaluatedSample = z.object({
  id: z.string(),
  group: z.string().exactOptional(),
  prompt: z.string(),
  expected: z.string(),
  /** By the arm's name. */
  arms: z.record(z.string(), armAnswer),
});
/**
 * One line of `evaluation-samples.jsonl`.
 * @interface
 */
export type EvaluatedSample = z.infer<typeof evaluatedSample>;

/**
 * In order, those of the evaluation that is beside them.
 * @throws ERR_FILE_FORMAT, also for a file that is of another evaluation
 */
export async function* readEvaluatedSamples(
  directory: string,
  { n, arms }: Pick<Evaluation, "n" | "arms">,
): AsyncGenerator<EvaluatedSample> {
  const path = join(directory, "evaluation-samples.jsonl");
  let found = 0;
  for await (const sample of readJsonLines(path, evaluatedSample)) {
    found += 1;
    const missing = arms.find(({ name }) => !Object.hasOwn(sample.arms, name));
    if (missing !== undefined) {
      const reason = `expected an answer of each arm of evaluation.json, found none of ${missing.name}`;
      throw new SteeringError("ERR_FILE_FORMAT", `${path}:${found}: ${reason}`, { path, row: found, reason });
    }
    yield sample;
  }
  requireCount(path, n, found);
}
