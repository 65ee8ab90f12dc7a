import { invalidArgument } from "../errors";
import type { Engine } from "../model/engine";
import type { LoadedModel } from "../model/loaded-model";

/** Read as prompt, so that every position after them is steered as an answer is: from the last of them on. */
const PROMPT_TOKENS = 8;

/** A neutral text, cut where the prompt ends and what is measured begins. */
export interface Passage {
  readonly name: string;
  readonly prompt: Int32Array;
  readonly rest: Int32Array;
}

/** @throws ERR_INVALID_ARGUMENT without texts, or for one of fewer than 2 tokens */
export function passagesOf({ model }: Engine, texts: readonly string[]): Passage[] {
  if (texts.length === 0) throw invalidArgument("texts", "at least one text", texts);
  return texts.map((text, i) => {
    const tokens = tokensOf(model, text, i);
    const nPrompt = Math.min(PROMPT_TOKENS, Math.floor(tokens.length / 2));
    return { name: `neutral text ${i}`, prompt: tokens.slice(0, nPrompt), rest: tokens.slice(nPrompt) };
  });
}

/** @throws ERR_INVALID_ARGUMENT for fewer than 2 */
export function tokensOf(model: LoadedModel, text: string, index: number): Int32Array {
  const tokens = model.tokenize(text);
  if (tokens.length < 2) throw invalidArgument(`texts[${index}]`, "a text of at least 2 tokens", text);
  return tokens;
}
