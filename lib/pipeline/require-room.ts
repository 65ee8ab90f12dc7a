import type { Sample } from "../data/sample";
import { SteeringError } from "../errors";
import type { Inputs } from "./inputs";

/**
 * Said before anything long: a question is asked whole, whichever stage asks it.
 *
 * @throws ERR_CONTEXT_FULL that names the first sample whose prompt is longer than the context; as `Model.createEngine`
 */
export async function requireRoom(
  { model, engine: options }: Pick<Inputs, "model" | "engine">,
  samples: readonly Sample[],
): Promise<void> {
  await using engine = await model.createEngine(options); // which knows how llama.cpp rounds the context
  const nCtx = engine.contextTokens;
  for (const { id, prompt, isChat = false } of samples) {
    const nTokens = model.tokenize(prompt, { parseSpecial: isChat }).length;
    if (nTokens <= nCtx) continue;
    throw new SteeringError(
      "ERR_CONTEXT_FULL",
      `sample ${id}: its prompt has ${nTokens} tokens, the context ${nCtx}: shorten it or raise contextTokens`,
      { sample: id, nTokens, nCtx },
    );
  }
}
