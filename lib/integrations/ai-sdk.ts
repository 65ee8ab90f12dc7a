/**
 * A model, plain or steered, for the AI SDK.
 *
 * @module corrsteer/ai-sdk
 */

import type { LanguageModelV3, LanguageModelV3CallOptions, LanguageModelV3StreamPart } from "@ai-sdk/provider";
import { ReadableStream } from "node:stream/web";
import type { Generator } from "../model/generate/generator";
import type { Model } from "../model/model";
import type { Steering } from "../steering/steering";
import { callOf } from "./ai-sdk/call";
import { chatMessages } from "./ai-sdk/messages";
import { contentOf, endingOf, streamParts } from "./ai-sdk/reply";

/** What a language model of the AI SDK is made with. */
export interface LanguageModelOptions {
  /** What its answers are steered by; `providerOptions: { corrsteer: { scale } }` says how much in one call. @default none */
  readonly steering?: Steering;
  /** How it is called in the AI SDK's own messages. @default the model's name */
  readonly modelId?: string;
}

/**
 * A model as a language model of the AI SDK (`generateText`, `streamText`; specification v3, AI SDK 6 and later). It stays
 * the caller's to dispose of. Objects are held to their schema by `jsonSchemaGrammar`, no other token can come. Results have the receipt as `providerMetadata.corrsteer.receipt`.
 *
 * @example
 * const model = await Model.load("model.gguf");
 * const steering = await loadSteering("careful.steer.json", model);
 * const { text } = await generateText({ model: languageModel(model, { steering }), prompt: "Is the Earth flat?" });
 */
export function languageModel(model: Model | Generator, options: LanguageModelOptions = {}): LanguageModelV3 {
  const { info } = "engine" in model ? model.engine.model : model;
  const asked = (call: LanguageModelV3CallOptions) =>
    [chatMessages(call.prompt), callOf(call, options.steering)] as const;
  return {
    specificationVersion: "v3",
    provider: "corrsteer",
    modelId: options.modelId ?? info.name,
    supportedUrls: {},
    async doGenerate(call) {
      const reply = await model.chat(...asked(call));
      return { content: contentOf(reply), ...endingOf(reply), warnings: [] };
    },
    doStream: (call) =>
      new Promise((resolve) => {
        const parts = streamParts(model.streamChat(...asked(call)));
        resolve({ stream: ReadableStream.from<LanguageModelV3StreamPart>(parts) });
      }),
  };
}
