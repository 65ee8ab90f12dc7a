import { z } from "zod";
import { askedHow } from "./asked-how";
import type { Task } from "./task";
import { triesChoices } from "./tries-choices";

export const taskIdentitySchema = z.object({
  name: z.string(),
  kind: z.enum(["choice", "generation"]),
  scorer: z.string(),
  /** Id, revision and SHA-256 of the model that scored, where one did. */
  scorerModel: z.string().optional(),
  /** Whether answers were held to the choices. */
  constrained: z.boolean().default(false),
  /** Set where whole choices were tried, and nothing was written: `maxTokens` and `stop` then mean nothing. */
  triesChoices: z.literal(true).exactOptional(),
  maxTokens: z.int().min(1),
  stop: z.array(z.string()),
  /** How the questions were put; absent when the caller of `collect` made them. */
  asked: askedHow.exactOptional(),
});
/**
 * What of a task bears on its results: in `run.json` and `evaluation.json`.
 * @interface
 */
export type TaskIdentity = z.infer<typeof taskIdentitySchema>;

export function taskIdentity(task: Task): TaskIdentity {
  const { name, kind, scorers, constrained = false, maxTokens, stop, asked } = task;
  const [{ name: scorer, model: scorerModel }] = scorers;
  return {
    name,
    kind,
    scorer,
    ...(scorerModel !== undefined && { scorerModel }),
    constrained,
    ...(triesChoices(task) && { triesChoices: true as const }),
    maxTokens,
    stop: [...stop],
    ...(asked && { asked }),
  };
}
