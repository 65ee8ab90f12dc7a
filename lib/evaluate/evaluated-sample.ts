import { join } from "node:path";
import { z } from "zod";
import { readJsonLines } from "../store/samples";

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

/** In order. @throws ERR_FILE_FORMAT */
export function readEvaluatedSamples(directory: string): AsyncGenerator<EvaluatedSample> {
  return readJsonLines(join(directory, "evaluation-samples.jsonl"), evaluatedSample);
}
