import type { Reply } from "../../model/generate/reply";
import type { Usage } from "../schemas/answer";

/** Tokens of a request: each prompt counts once, however many answers it has. @param replies by prompt */
export function usageOf(replies: readonly (readonly Reply[])[]): Usage {
  const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
  const first = replies.map(([reply]) => reply!.usage);
  const prompt = sum(first.map(({ promptTokens }) => promptTokens));
  const completion = sum(replies.flat().map(({ usage }) => usage.completionTokens));
  return {
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: prompt + completion,
    prompt_tokens_details: { cached_tokens: sum(first.map(({ sharedTokens }) => sharedTokens)) },
  };
}
