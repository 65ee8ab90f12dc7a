import type { Reply } from "../../model/generate/reply";
import { mapped } from "../../model/mapped";
import type { Head } from "../schemas/answer";
import type { CompletionAnswer, CompletionChunk } from "../schemas/completion-answer";
import { finishReasonOf } from "../../model/generate/finish-reason";
import type { PromptChunk } from "./forks";
import type { ScoredToken } from "./scored";
import { echoed, scored } from "./scored";
import { usageOf } from "./usage";
import type { Asked } from "./ways";

type Logprobs = CompletionAnswer["choices"][number]["logprobs"];

/** What of the answers is told beside their text. */
export interface Telling extends Pick<Asked, "arms"> {
  /** Text of each prompt, where it stands before its answers. */
  readonly echo: readonly string[] | undefined;
  /** Of tokens, the first of which begins so many characters into the text; undefined where nobody asked. */
  readonly logprobs: ((tokens: readonly ScoredToken[], offset: number) => Logprobs) | undefined;
  readonly endToken: number | undefined;
}

/** The answers to prompts as one document. @param replies by prompt */
export function completionAnswer(head: Head, replies: readonly (readonly Reply[])[], told: Telling): CompletionAnswer {
  const { arms, echo, logprobs, endToken } = told;
  const choices = replies.flatMap((ofPrompt, prompt) =>
    ofPrompt.map((reply, way) => {
      const tokens = () => (echo ? echoed(reply, endToken) : scored(reply.tokens, reply.scores!));
      return {
        index: prompt * ofPrompt.length + way,
        ...(arms && { arm: arms[way]! }),
        text: (echo?.[prompt] ?? "") + reply.text,
        logprobs: logprobs ? logprobs(tokens(), 0) : null,
        finish_reason: finishReasonOf(reply),
        receipt: reply.receipt,
      };
    }),
  );
  return { ...head, object: "text_completion", choices, usage: usageOf(replies) };
}

/** The same as it comes: an echoed prompt first. */
export async function* completionChunks(
  head: Head,
  pieces: AsyncGenerator<PromptChunk, Reply[][]>,
  nWays: number,
  { arms, echo, logprobs }: Telling,
  withUsage: boolean,
): AsyncGenerator<CompletionChunk> {
  type Choice = CompletionChunk["choices"][number];
  const chunk = (choices: Choice[]): CompletionChunk => ({
    ...head,
    object: "text_completion",
    choices,
    ...(withUsage && { usage: null }),
  });
  const choice = (prompt: number, way: number, text: string, probabilities: Logprobs = null): Choice => ({
    index: prompt * nWays + way,
    ...(arms && { arm: arms[way]! }),
    text,
    logprobs: probabilities,
    finish_reason: null,
  });
  const lengths = new Map<number, number>();
  const replies = yield* mapped(pieces, ({ prompt, branch, text, tokens, scores }) => {
    const index = prompt * nWays + branch;
    const begun = lengths.get(index);
    const whole = begun === undefined ? (echo?.[prompt] ?? "") + text : text;
    if (whole === "" && !(logprobs && scores)) return [];
    lengths.set(index, (begun ?? 0) + whole.length);
    const offset = (begun ?? 0) + whole.length - text.length;
    const told = logprobs && scores ? logprobs(scored(tokens, scores), offset) : null;
    return [chunk([choice(prompt, branch, whole, told)])];
  });
  for (const [prompt, ofPrompt] of replies.entries()) {
    for (const [way, reply] of ofPrompt.entries()) {
      const begun = lengths.has(prompt * nWays + way);
      const last = choice(prompt, way, begun ? "" : (echo?.[prompt] ?? ""));
      yield chunk([{ ...last, finish_reason: finishReasonOf(reply), receipt: reply.receipt }]);
    }
  }
  if (withUsage) yield { ...chunk([]), usage: usageOf(replies) };
}
