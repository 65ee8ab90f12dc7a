import { types } from "node:util";
import { ChatTemplate } from "../../prompt/chat-template";
import { opensReasoning } from "../../prompt/reasoning";
import type { LoadedModel } from "../loaded-model";
import type { Prompt } from "./options";

/** A prompt as the engine takes it. */
export interface EncodedPrompt {
  readonly tokens: Int32Array;
  /** Whether it is a conversation: the reasoning of its answer comes apart. */
  readonly isChat: boolean;
  readonly opensReasoning: boolean;
}

/** Makes tokens of prompts, with the model's own template, which is read once. */
export class PromptEncoder {
  readonly #templates = new Map<boolean, ChatTemplate>();

  constructor(private readonly model: LoadedModel) {}

  /** @throws ERR_CHAT_TEMPLATE for a conversation, where the model has no template or it refuses that */
  encode(prompt: Prompt, reasoning: boolean): EncodedPrompt {
    if (types.isInt32Array(prompt)) return { tokens: prompt, isChat: false, opensReasoning: false };
    if (typeof prompt === "string") {
      return { tokens: this.model.tokenize(prompt), isChat: false, opensReasoning: false };
    }
    const text = this.#template(reasoning).render(prompt);
    const tokens = this.model.tokenize(text, { parseSpecial: true }); // a template writes control tokens out
    return { tokens, isChat: true, opensReasoning: opensReasoning(text) };
  }

  #template(reasoning: boolean): ChatTemplate {
    const known = this.#templates.get(reasoning);
    if (known) return known;
    const advice = "give the prompt as text, or use a model tuned for chats";
    const template = ChatTemplate.of(this.model, { reasoning }, advice);
    this.#templates.set(reasoning, template);
    return template;
  }
}
