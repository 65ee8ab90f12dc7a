import { join } from "node:path";
import { z } from "zod";
import { armAnswer } from "../ask/arm-answer";
import { SteeringError } from "../errors";
import { sha256File } from "../files/hash";
import { count } from "../files/schema";
import { readJsonLines, requireCount } from "../run/samples";
import { requireSource } from "../run/source";
import { EVALUATION_FILE, type Evaluation } from "./evaluation";

export const evaluatedSample = z.object({
  id: z.string(),
  group: z.string().exactOptional(),
  cluster: z.string().exactOptional(),
  prompt: z.string(),
  expected: z.string(),
  /** By the arm's name. */
  arms: z.record(z.string(), armAnswer),
  /** With the options in several orders, where they were so asked. */
  orders: z
    .object({
      /** Of each order: where, among the choices, the gold option stands; then those that it changes places with. */
      places: z.array(z.array(count)),
      /** By the arm's name, of each order: the natural logarithm of each choice's probability as the first token. */
      logProbabilities: z.record(z.string(), z.array(z.array(z.number()))),
    })
    .exactOptional(),
});
/**
 * One line of `evaluation-samples.jsonl`.
 * @interface
 */
export type EvaluatedSample = z.infer<typeof evaluatedSample>;

export const ANSWERS_FILE = "evaluation-samples.jsonl";

/**
 * In order, those of the evaluation that is beside them.
 * @throws ERR_FILE_FORMAT, ERR_RUN_MISMATCH for a file that is of another evaluation
 */
export async function* readEvaluatedSamples(
  directory: string,
  { n, arms, measured }: Pick<Evaluation, "n" | "arms" | "measured">,
): AsyncGenerator<EvaluatedSample> {
  const path = join(directory, ANSWERS_FILE);
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
  if (!measured) return;
  requireSource(join(directory, EVALUATION_FILE), path, measured.answers, await sha256File(path), "evaluate");
}
