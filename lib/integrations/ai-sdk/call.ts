import type { LanguageModelV3CallOptions } from "@ai-sdk/provider";
import { z } from "zod";
import { invalidArgument } from "../../errors";
import type { ReplyOptions } from "../../model/generate/options";
import { ANY_OBJECT } from "../../model/grammar/any-object";
import { given } from "../../options/given";
import { number, yesOrNo } from "../../options/kinds";
import { resolveOptions } from "../../options/resolve";
import type { Steering } from "../../steering/steering";

/** What a call may say in `providerOptions.corrsteer`. */
const ownOptions = z.object({
  scale: number("a finite number").default(1),
  minP: number("a number").exactOptional(),
  reasoning: yesOrNo().exactOptional(),
});

/**
 * A call as this program takes it. JSON is held to its schema, or to that of any object, from its first token on.
 *
 * @throws ERR_INVALID_ARGUMENT for tools, which a model would need to be told of, and for options of its own that are none
 */
export function callOf(call: LanguageModelV3CallOptions, steering: Steering | undefined): ReplyOptions {
  if (call.tools && call.tools.length > 0) throw invalidArgument("tools", "no tools", call.tools);
  const { scale, ...own } = resolveOptions(ownOptions, call.providerOptions?.["corrsteer"] ?? {});
  const { maxOutputTokens, stopSequences, temperature, topP, topK, seed, abortSignal } = call;
  const { presencePenalty, frequencyPenalty, responseFormat } = call;
  return given({
    steering: steering?.scaled(scale),
    maxTokens: maxOutputTokens,
    stop: stopSequences,
    ...{ temperature, topP, topK, seed, presencePenalty, frequencyPenalty, signal: abortSignal },
    ...own,
    schema: responseFormat?.type === "json" ? (responseFormat.schema ?? ANY_OBJECT) : undefined,
  });
}
