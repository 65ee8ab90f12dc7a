import { join } from "node:path";
import { z } from "zod";
import { SteeringError } from "../errors";
import { readJsonLines, requireCount } from "../run/samples";
import type { Evaluation } from "./evaluation";

const armAnswer = z.object({
  completion: z.string(),
  score: z.number().min(0).max(1),
  /** What else the scorer says of the answer. */
  extras: z.record(z.string(), z.number()).exactOptional(),
  generatedTokens: z.int().min(0),
  stopReason: z.enum(["end", "length", "stop"]),
  /** Log-probability of the gold choice's first token minus that of the best other one. */
  margin: z.number().exactOptional(),
  /** Whether the answer is one of the choices and nothing else. */
  formatValid: z.boolean().exactOptional(),
});
/**
 * One arm's answer to one question.
 * @interface
 */
export type ArmAnswer = z.infer<typeof armAnswer>;

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
