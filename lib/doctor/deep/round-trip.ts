import { SteeringError } from "../../errors";
import type { LoadedModel } from "../../model/loaded-model";

/** Letters, digits and marks, white space, letters of two, three and four bytes. */
const TEXTS = [
  "The answer to 12 + 30 is 42, he said.",
  "Which of these is right?\nA. one\n\tB. two",
  "Grüße, naïve façade: ½ €",
  "漢字とカナ 한국어",
  "\u{1f9ee} \u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467}",
];

/**
 * Makes tokens of texts, and texts of the tokens: they have to be the same, but for the space that some vocabularies put
 * in front.
 *
 * @throws ERR_OUT_OF_RANGE for characters that the vocabulary does not have; ERR_INTERNAL for another text
 */
export function checkRoundTrip(model: LoadedModel): number {
  for (const text of TEXTS) {
    const back = model.detokenize(model.tokenize(text, { addSpecial: false }));
    if (back === text || back === ` ${text}`) continue;
    throw new SteeringError("ERR_INTERNAL", `tokens of ${JSON.stringify(text)} read ${JSON.stringify(back)}`);
  }
  return TEXTS.length;
}
