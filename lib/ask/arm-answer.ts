import { z } from "zod";
import { count, share } from "../files/schema";

export const armAnswer = z.object({
  completion: z.string(),
  score: share,
  /** What else the scorer says of the answer. */
  extras: z.record(z.string(), z.number()).exactOptional(),
  generatedTokens: count,
  stopReason: z.enum(["end", "length", "stop"]),
  /** Log-probability of the gold choice's first token minus that of the best other one; of whole choices, their worth. */
  margin: z.number().exactOptional(),
  /** Whether the answer is one of the choices and nothing else. */
  formatValid: z.boolean().exactOptional(),
});
/**
 * One arm's answer to one question.
 * @interface
 */
export type ArmAnswer = z.infer<typeof armAnswer>;
