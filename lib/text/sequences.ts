import { z } from "zod";
import { checkArguments } from "../arguments/check";
import { instanceOf, optionsOf } from "../arguments/kinds";
import type { LoadedModel } from "../model/loaded-model";
import { integer, yesOrNo } from "../options/kinds";
import { ChatTemplate } from "../prompt/chat-template";

/** Tokens: what is left of a text is dropped where it is shorter. */
export const SHORTEST = 16;

export interface SequenceOptions {
  /** Tokens of a sequence, with the beginning-of-sequence token. @default 256 */
  readonly length?: number | undefined;
  /** Whether each text is a user's message, written as the model's chat template has it. @default false */
  readonly chatTemplate?: boolean | undefined;
}

const sequenceArguments = z.object({
  model: instanceOf<LoadedModel>("a model", { info: "object", tokenize: "function" }),
  options: optionsOf({ length: integer(SHORTEST).optional(), chatTemplate: yesOrNo().optional() }),
});

/**
 * Texts as what a model reads: token ids in sequences of `length`, each with a beginning-of-sequence token in front where the
 * model's tokenizer puts one. A longer text is cut into several; the last of them, or a text, of fewer than 16 tokens is left
 * out.
 *
 * @throws ERR_INVALID_ARGUMENT, ERR_OUT_OF_RANGE; ERR_CHAT_TEMPLATE where the model has none
 */
export async function* tokenSequences(
  model: LoadedModel,
  texts: AsyncIterable<string>,
  options: SequenceOptions = {},
): AsyncGenerator<Int32Array> {
  checkArguments(sequenceArguments, { model, options });
  const { length = 256, chatTemplate = false } = options;
  const template = chatTemplate ? ChatTemplate.of(model, {}, "leave the option out") : undefined;
  const { bosToken, addsBos } = model.info;
  const begin = addsBos && bosToken !== undefined ? [bosToken] : [];
  const step = length - begin.length;
  for await (const text of texts) {
    const asked = template?.render([{ role: "user", content: text }]) ?? text;
    const tokens = model.tokenize(asked, { addSpecial: false, parseSpecial: template !== undefined });
    for (let at = 0; at < tokens.length; at += step) {
      const sequence = Int32Array.from([...begin, ...tokens.subarray(at, at + step)]);
      if (sequence.length >= SHORTEST) yield sequence;
    }
  }
}
