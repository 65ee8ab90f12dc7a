import { z } from "zod";
import { checkArguments } from "../arguments/check";
import { instanceOf, optionsOf } from "../arguments/kinds";
import type { LoadedModel } from "../model/loaded-model";
import { anyInteger, integer, number } from "../options/kinds";
import { ChatTemplate } from "../prompt/chat-template";
import { seededRandom, uniform } from "../statistics/random";

/** Tokens: what is left of a text is dropped where it is shorter. */
export const SHORTEST = 16;

export const A_SHARE = "a share from 0 to 1";

export interface SequenceOptions {
  /** Tokens of a sequence, with the beginning-of-sequence token. @default 256 */
  readonly length?: number | undefined;
  /** Share of the texts that are a user's message each, written as the model's chat template has it. @default 0 */
  readonly chatShare?: number | undefined;
  /** Of which texts these are. @default 0 */
  readonly seed?: number | undefined;
}

const sequenceArguments = z.object({
  model: instanceOf<LoadedModel>("a model", { info: "object", tokenize: "function" }),
  options: optionsOf({
    length: integer(SHORTEST).optional(),
    chatShare: number(A_SHARE).min(0, A_SHARE).max(1, A_SHARE).optional(),
    seed: anyInteger().optional(),
  }),
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
  const { length = 256, chatShare = 0, seed = 0 } = options;
  const template = chatShare > 0 ? ChatTemplate.of(model, {}, "leave chatShare out") : undefined;
  const random = seededRandom(seed);
  const { bosToken, addsBos } = model.info;
  const begin = addsBos && bosToken !== undefined ? [bosToken] : [];
  const step = length - begin.length;
  for await (const text of texts) {
    const chat = uniform(random) < chatShare ? template : undefined;
    const asked = chat?.render([{ role: "user", content: text }]) ?? text;
    const tokens = model.tokenize(asked, { addSpecial: false, parseSpecial: chat !== undefined });
    for (let at = 0; at < tokens.length; at += step) {
      const sequence = Int32Array.from([...begin, ...tokens.subarray(at, at + step)]);
      if (sequence.length >= SHORTEST) yield sequence;
    }
  }
}
