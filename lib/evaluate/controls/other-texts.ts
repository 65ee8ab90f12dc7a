import type { Sample } from "../../data/sample";
import type { EvaluateOptions } from "../options";
import { instructionFor } from "./instruction";
import type { Model } from "../../model/model";
import { neutralPart } from "../../neutral/part";
import { NEUTRAL_TEXTS } from "../../neutral/texts";
import type { Task } from "../../tasks/task";
import type { ResolvedControls } from "./options";

/** @param testAfter the test questions, each after an instruction */
export function instructedQuestions(
  task: Task,
  [first]: readonly Sample[],
  testAfter: (instructionOf: (sample: Sample) => string) => Sample[],
): NonNullable<EvaluateOptions["instructed"]> {
  const instructionOf = (sample: Sample) => instructionFor(task, sample);
  return { instruction: instructionOf(first!), samples: testAfter(instructionOf) };
}

/**
 * Texts that have nothing to do with the task, and that no KL budget was tuned on; none unless asked for where the model
 * cannot read the built-in ones.
 * @throws as `neutralPart`
 */
export async function neutralTexts(
  model: Model,
  { controls, asked, neutralText }: ResolvedControls,
): Promise<EvaluateOptions["neutral"]> {
  if (!controls.includes("neutral")) return undefined;
  if (neutralText !== undefined) return neutralPart(neutralText, "reporting");
  const [first] = NEUTRAL_TEXTS;
  const readsIt = model.detokenize(model.tokenize(first!, { addSpecial: false })).trim() === first;
  return asked || readsIt ? neutralPart(undefined, "reporting") : undefined;
}
