/**
 * The prompt of every multiple-choice benchmark, literally as the method's published code writes it (seonglae/CorrSteer
 * 65ca523, `build_prompt`): question, a line per option, the instruction, the cue.
 */
export function multipleChoicePrompt(question: string, options: readonly string[]): string {
  const lines = options.map((option, i) => `${optionLetter(i)}. ${option}`);
  const candidates = options.map((_, i) => optionLetter(i));
  const instruction = `Choose one of the following options only: ${enumerate(candidates)}`;
  return [question, ...lines, instruction, "Answer:"].join("\n");
}

/** The answers as the model would write them after `Answer:`, one token each: " A", " B", ... */
export function letterChoices(count: number): string[] {
  return Array.from({ length: count }, (_, i) => ` ${optionLetter(i)}`);
}

/** "A" for option 0. */
export function optionLetter(index: number): string {
  return String.fromCharCode("A".charCodeAt(0) + index);
}

/** "A, B, or C". */
function enumerate(words: readonly string[]): string {
  return `${words.slice(0, -1).join(", ")}, or ${words.at(-1)}`;
}
