import type { Sample, WorkedExample } from "../data/sample";
import type { ChatTemplate } from "./chat-template";

/**
 * The sample with worked examples before its question. With `chat`, the question and each example is a turn of a
 * conversation, the prompt is that conversation in the model's template, and choices begin as an answer there does.
 */
export function withContext(sample: Sample, examples: readonly WorkedExample[], chat?: ChatTemplate): Sample {
  if (chat) {
    const turns = examples.flatMap(({ question, answer }) => [
      { role: "user" as const, content: question },
      { role: "assistant" as const, content: answer.trim() },
    ]);
    return {
      ...sample,
      prompt: chat.render([...turns, { role: "user", content: sample.prompt }]),
      ...(sample.choices && { choices: sample.choices.map((choice) => chat.answerLead + choice.trimStart()) }),
      isChat: true,
    };
  }
  const { prompt, preamble = "" } = sample;
  const shown = examples.map(({ question, answer }) => question + answer);
  return { ...sample, prompt: [preamble, ...shown, prompt.slice(preamble.length)].join("") };
}

/** The sample with an instruction at the head of its question. */
export function afterInstruction(sample: Sample, instruction: string): Sample {
  const headed = (text = "") => `${instruction}\n\n${text}`;
  return { ...sample, prompt: headed(sample.prompt), preamble: headed(sample.preamble) };
}
