import type { EvaluateOptions } from "../evaluate/evaluate";
import { instructionFor } from "../evaluate/instruction";
import type { Model } from "../model/model";
import { readNeutralTexts } from "../neutral/read-texts";
import { NEUTRAL_TEXTS } from "../neutral/texts";
import type { ResolvedControls } from "./control-options";
import type { Inputs } from "./inputs";

/** The test questions, each after an instruction. */
export function instructedQuestions({ task, split }: Inputs): NonNullable<EvaluateOptions["instructed"]> {
  const samples = split.test.map((sample) => ({
    ...sample,
    prompt: `${instructionFor(task, sample)}\n\n${sample.prompt}`,
  }));
  return { instruction: instructionFor(task, split.test[0]!), samples };
}

/**
 * Texts that have nothing to do with the task; none unless asked for where the model cannot read the built-in ones.
 * @throws as `readNeutralTexts`
 */
export async function neutralTexts(
  model: Model,
  { controls, asked, neutralText }: ResolvedControls,
): Promise<EvaluateOptions["neutral"]> {
  if (!controls.includes("neutral")) return undefined;
  if (neutralText !== undefined) return { name: neutralText, texts: await readNeutralTexts(neutralText) };
  const [first] = NEUTRAL_TEXTS;
  const readsIt = model.detokenize(model.tokenize(first!, { addSpecial: false })).trim() === first;
  return asked || readsIt ? { name: "built in", texts: NEUTRAL_TEXTS } : undefined;
}
