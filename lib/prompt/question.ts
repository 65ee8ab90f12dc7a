import type { Sample } from "../data/sample";

/** What a sample shows the model. */
export type PromptParts = Pick<Sample, "prompt" | "preamble" | "example">;

export interface QuestionText {
  /** What stands once, before any worked examples. @default "" */
  readonly preamble?: string;
  /** The question up to where the model goes on. */
  readonly text: string;
  /** The question as it stands in a worked example. @default text */
  readonly exampleText?: string;
  /** What goes on after the question in a worked example; left out where there is no answer to show. */
  readonly answer?: string;
}

export function questionPrompt({ preamble = "", text, exampleText = text, answer }: QuestionText): PromptParts {
  return {
    prompt: preamble + text,
    ...(preamble !== "" && { preamble }),
    ...(answer !== undefined && { example: { question: exampleText, answer } }),
  };
}
