import { z } from "zod";
import { askedHow } from "./asked-how";
import type { Task } from "./task";

export const taskIdentitySchema = z.object({
  name: z.string(),
  kind: z.enum(["choice", "generation"]),
  scorer: z.string(),
  /** Id, revision and SHA-256 of the model that scored, where one did. */
  scorerModel: z.string().optional(),
  /** Whether answers were held to the choices. */
  constrained: z.boolean().default(false),
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

export function taskIdentity({ name, kind, scorers, constrained = false, maxTokens, stop, asked }: Task): TaskIdentity {
  const [{ name: scorer, model: scorerModel }] = scorers;
  return {
    name,
    kind,
    scorer,
    ...(scorerModel !== undefined && { scorerModel }),
    constrained,
    maxTokens,
    stop: [...stop],
    ...(asked && { asked }),
  };
}
