import { TextDecoder } from "node:util";
import type { Model } from "../model/model";
import { printableLines } from "../printable";
import { TOKENS_A_FILE, type TextData } from "./format";
import type { ReadTokens } from "./read-tokens";

/** The whole text in files of so many tokens. A character of several tokens is the last one's; the others are empty. */
export function* textData(read: ReadTokens, model: Model): Generator<TextData> {
  let tokens: string[] = [];
  let begins: number[] = [];
  let first = 0;
  for (const { position, tokens: sequence } of read.sequences()) {
    const texts = pieces(sequence, model);
    for (const [i, text] of texts.entries()) {
      if (position + i === first + TOKENS_A_FILE) {
        yield { first, tokens, begins };
        [tokens, begins, first] = [[], [], position + i];
      }
      if (i === 0) begins.push(position);
      tokens.push(printableLines(text));
    }
  }
  yield { first, tokens, begins };
}

function pieces(sequence: Int32Array, model: Model): string[] {
  const decoder = new TextDecoder();
  return Array.from(sequence, (token, i) =>
    decoder.decode(model.native.detokenize(Int32Array.of(token), true), { stream: i + 1 < sequence.length }),
  );
}
