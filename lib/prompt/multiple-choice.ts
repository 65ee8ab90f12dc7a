import type { Prompting } from "./prompting";
import { type PromptParts, questionPrompt } from "./question";

export interface LetteredQuestion {
  readonly question: string;
  readonly options: readonly string[];
  /** Index of the right option. */
  readonly gold: number;
  /** What an option goes on after where the options are left out. @default `Question: ${question}\nAnswer:` */
  readonly alone?: string;
}

const OFFICIAL_REASONING = "Let's think step by step. Answer the question after the 'Answer:' tag.\n\n";
const REASONING = `Think step by step. Then write "Answer:" and the letter of the option, and nothing after it.`;

/**
 * The prompt of every multiple-choice benchmark: question, a line per option, the instruction, the cue. That of "official"
 * is the published `build_prompt`'s, whose reasoning has room for one token, and whose examples lack the instruction.
 *
 * @param officialCandidates how the published code lists the letters, where that is not as in English
 */
export function multipleChoicePrompt(
  { question, options, gold }: LetteredQuestion,
  { style, chainOfThought }: Prompting,
  officialCandidates = enumerate,
): PromptParts {
  const letters = options.map((_, i) => optionLetter(i));
  const lettered = letteredOptions(question, options);
  const instruction = `Choose one of the following options only: ${enumerate(letters)}`;
  const answer = optionLetter(gold);
  if (style === "official") {
    return questionPrompt({
      ...(chainOfThought && { preamble: OFFICIAL_REASONING }),
      text: `${lettered}\nChoose one of the following options only: ${officialCandidates(letters)}\nAnswer:`,
      exampleText: `${lettered}\nAnswer:`,
      answer: ` ${answer}\n`,
    });
  }
  if (chainOfThought) {
    return questionPrompt({ text: `${lettered}\n${instruction}\n${REASONING}${style === "chat" ? "" : "\n"}` });
  }
  if (style === "chat") {
    return questionPrompt({ text: `${lettered}\n\nAnswer with one letter only: ${enumerate(letters)}.`, answer });
  }
  return questionPrompt({ text: `${lettered}\n${instruction}\nAnswer:`, answer: ` ${answer}\n\n` });
}

/** The prompt of a question whose options are left out: in chat the question and nothing else. */
export function unlistedPrompt(
  { question, options, gold, alone = `Question: ${question}\nAnswer:` }: LetteredQuestion,
  { style }: Prompting,
): PromptParts {
  const answer = options[gold]!;
  if (style === "chat") return questionPrompt({ text: question, answer });
  return questionPrompt({ text: alone, answer: ` ${answer}\n\n` });
}

/** The question with a line per option: "A. ..." */
export function letteredOptions(question: string, options: readonly string[]): string {
  return `${question}\n${optionLines(options)}`;
}

/** A line per option: "A. ..." */
export function optionLines(options: readonly string[]): string {
  return options.map((option, i) => `${optionLetter(i)}. ${option}`).join("\n");
}

/** The answers as the model would write them after `Answer:`, one token each: " A", " B", ... */
export function letterChoices(count: number): string[] {
  return Array.from({ length: count }, (_, i) => ` ${optionLetter(i)}`);
}

/** Whole options as they go on after `Answer:`. */
export function wholeChoices(options: readonly string[]): string[] {
  return options.map((option) => ` ${option}`);
}

/** "A" for option 0. */
export function optionLetter(index: number): string {
  return String.fromCharCode("A".charCodeAt(0) + index);
}

/** "A, B, or C", "A or B". */
function enumerate(words: readonly string[]): string {
  if (words.length === 2) return words.join(" or ");
  return `${words.slice(0, -1).join(", ")}, or ${words.at(-1)}`;
}
