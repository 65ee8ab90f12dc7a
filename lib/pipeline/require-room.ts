import type { Sample } from "../data/sample";
import { SteeringError } from "../errors";
import { askQuestion } from "../ask/answer";
import type { LoadedModel } from "../model/loaded-model";
import type { Task } from "../tasks/task";
import { triesChoices } from "../tasks/tries-choices";
import type { Inputs } from "./inputs";

/**
 * Said before anything long: a question is asked whole, whichever stage asks it.
 *
 * @throws ERR_CONTEXT_FULL that names the first sample that is longer than the context; as `Model.createEngine`
 */
export async function requireRoom(
  { model, task, engine: options }: Pick<Inputs, "model" | "task" | "engine">,
  samples: readonly Sample[],
): Promise<void> {
  await using engine = await model.createEngine(options); // which knows how llama.cpp rounds the context
  const nCtx = engine.contextTokens;
  for (const sample of samples) {
    const { id } = sample;
    const nTokens = tokensOf(model, task, sample);
    if (nTokens <= nCtx) continue;
    const what = triesChoices(task) ? "its prompt and longest choice have" : "its prompt has";
    throw new SteeringError(
      "ERR_CONTEXT_FULL",
      `sample ${id}: ${what} ${nTokens} tokens, the context ${nCtx}: shorten it or raise contextTokens`,
      { sample: id, nTokens, nCtx },
    );
  }
}

/** What has to be in the context: the last token of a choice does not. */
function tokensOf(model: LoadedModel, task: Task, sample: Sample): number {
  if (!triesChoices(task)) return model.tokenize(sample.prompt, { parseSpecial: sample.isChat ?? false }).length;
  const { prompt, tried } = askQuestion(model, task, sample);
  return prompt.length + Math.max(1, ...tried!.continuations.map(({ length }) => length)) - 1;
}
