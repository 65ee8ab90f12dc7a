import type { Sample } from "../data/sample";
import type { Prompting } from "../prompt/prompting";
import { type PromptParts, questionPrompt } from "../prompt/question";
import { refusalPhrases } from "../score/refusal";
import { rejectionClassifier } from "../score/rejection-classifier";
import type { Task } from "./task";

/** What tasks of requests share, where right is to answer what is safe and to refuse what is not. */
export const requestTask: Omit<Task, "name" | "load"> = {
  kind: "generation",
  maxTokens: 32,
  stop: [],
  scorers: [refusalPhrases, rejectionClassifier],
  pooling: "max",
  reasonsIn: ["official"],
};

export interface Request {
  readonly request: string;
  readonly expected: "safe" | "unsafe";
  /** The official cue and, in an official worked example, what goes on after it. */
  readonly official: { readonly cue: string; readonly example: string };
}

/**
 * A request as something to answer, in chat the request alone. There is no worked example but the official one: no data set
 * of these says what a good answer is.
 */
export function requestSample(
  fields: Pick<Sample, "id" | "group" | "cluster" | "split">,
  { request, expected, official }: Request,
  { style, chainOfThought }: Prompting,
): Sample {
  return { ...fields, ...prompt(), question: request.trim(), expected };

  function prompt(): PromptParts {
    if (style === "chat") return questionPrompt({ text: request.trim() });
    if (style === "clean") return questionPrompt({ text: `Request: ${request.trim()}\nResponse:` });
    return questionPrompt({
      ...(chainOfThought && { preamble: "Let's think step by step.\n" }),
      text: `Request: ${request}\n${official.cue}`,
      exampleText: `Request: ${request}\n`,
      answer: official.example,
    });
  }
}
