/**
 * A tail of the prompt that is long enough for tokens at its end to be those of the whole, and short enough to be tokenized
 * once for each choice.
 */
const TAIL_CHARACTERS = 32;

/**
 * The first token of each choice where it goes on from the prompt; undefined for one without tokens. A choice on its own may
 * have another: SentencePiece vocabularies put a space in front of any text.
 *
 * @param tokenize without special tokens added
 */
export function choiceTokens(
  tokenize: (text: string) => Int32Array,
  prompt: string,
  choices: readonly string[],
): (number | undefined)[] {
  const tail = prompt.slice(-TAIL_CHARACTERS);
  const before = tokenize(tail);
  return choices.map((choice) => {
    const both = tokenize(tail + choice);
    const goesOn = both.length > before.length && before.every((token, i) => token === both[i]);
    return (goesOn ? both.subarray(before.length) : tokenize(choice))[0];
  });
}
