/** A prompt, and each of its choices as what goes on after it, as tokens. */
export interface Continued {
  readonly prompt: Int32Array;
  readonly continuations: readonly Int32Array[];
}

/**
 * Parts prompt and choice where lm-evaluation-harness does (`_encode_pair`), so that numbers are the same: white space at
 * the prompt's end belongs to the choice, and the tokens of a choice are those of both together beyond as many as the
 * prompt has by itself, also where a token reaches over the seam.
 *
 * @param tokenize with the special tokens that begin a prompt
 */
export function continued(
  tokenize: (text: string) => Int32Array,
  prompt: string,
  choices: readonly string[],
): Continued {
  const before = tokenize(prompt.trimEnd());
  return { prompt: before, continuations: choices.map((choice) => tokenize(prompt + choice).slice(before.length)) };
}
