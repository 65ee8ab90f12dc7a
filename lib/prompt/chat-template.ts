import { SteeringError } from "../errors";
import type { LoadedModel } from "../model/loaded-model";

interface JinjaTemplate {
  readonly parsed: { readonly body: unknown[] };
  render(variables: Readonly<Record<string, unknown>>): string;
}

// The package has a CommonJS build, but types for the other one alone.
// eslint-disable-next-line @typescript-eslint/no-require-imports
const { Template } = require("@huggingface/jinja") as {
  readonly Template: new (source: string) => JinjaTemplate;
};

export const ROLES = ["system", "user", "assistant"] as const;

export interface ChatMessage {
  readonly role: (typeof ROLES)[number];
  readonly content: string;
}

/** What a model's file says of conversations. */
export interface ChatTemplateSource {
  /** Jinja. */
  readonly template: string;
  /** The beginning-of-sequence and end-of-sequence tokens as text. */
  readonly bos: string;
  readonly eos: string;
  /** Whether the tokenizer puts the beginning-of-sequence token in front by itself: the prompt then leaves it out. */
  readonly addsBos: boolean;
}

export interface ChatOptions {
  /** Whether templates that know of reasoning (`enable_thinking`) leave room for it. @default false */
  readonly reasoning?: boolean;
}

/** Some templates tell the model the date; a run must not depend on the day: this is the one that Llama 3's falls back to. */
const DATE: Readonly<Record<string, string>> = {
  Y: "2024",
  m: "07",
  B: "July",
  b: "Jul",
  d: "26",
  A: "Friday",
  a: "Fri",
};

// Globals of the library cannot be replaced, but a template can: this goes before it.
const FIXED_DATE = new Template("{% set strftime_now = fixed_date %}").parsed.body;

/** A model's chat template: conversations as the prompt that the model was trained on. */
export class ChatTemplate {
  readonly #template: JinjaTemplate;
  readonly #source: ChatTemplateSource;
  readonly #reasoning: boolean;
  /** What stands between the prompt and the first word of an answer: "" or a space. */
  readonly answerLead: "" | " ";

  /** @throws ERR_CHAT_TEMPLATE when the template is none, or cannot write a question and its answer */
  constructor(source: ChatTemplateSource, { reasoning = false }: ChatOptions = {}) {
    this.#source = source;
    this.#reasoning = reasoning;
    this.#template = guarded(() => new Template(source.template));
    this.#template.parsed.body.unshift(...FIXED_DATE);
    this.answerLead = this.#findAnswerLead();
  }

  /**
   * @param advice what to do where there is none
   * @throws ERR_CHAT_TEMPLATE when the model's file has no template, or none that can be used
   */
  static of(
    model: LoadedModel,
    options?: ChatOptions,
    advice = 'use promptStyle "clean" or "official", or a model tuned for chats',
  ): ChatTemplate {
    const { chatTemplate: template, bosToken, eosToken, addsBos, path } = model.info;
    if (template === undefined) {
      throw new SteeringError("ERR_CHAT_TEMPLATE", `${path} has no chat template: ${advice}`, { path });
    }
    const text = (token: number | undefined) =>
      token === undefined ? "" : model.detokenize(Int32Array.of(token), { special: true });
    return new ChatTemplate({ template, bos: text(bosToken), eos: text(eosToken), addsBos }, options);
  }

  /**
   * The conversation up to where the model's turn begins, without a beginning-of-sequence token that the tokenizer adds.
   *
   * @throws ERR_CHAT_TEMPLATE when the template refuses it
   */
  render(messages: readonly ChatMessage[]): string {
    const { bos, addsBos } = this.#source;
    const text = this.#run(messages, true);
    return addsBos && bos !== "" && text.startsWith(bos) ? text.slice(bos.length) : text;
  }

  #run(messages: readonly ChatMessage[], addGenerationPrompt: boolean): string {
    const { bos, eos } = this.#source;
    return guarded(() =>
      this.#template.render({
        messages,
        add_generation_prompt: addGenerationPrompt,
        bos_token: bos,
        eos_token: eos,
        tools: null, // as transformers does
        documents: null,
        enable_thinking: this.#reasoning,
        fixed_date: (format: string) => format.replace(/%(\w)/g, (code, letter: string) => DATE[letter] ?? code),
      }),
    );
  }

  /** The template says it, which knows how an answer stands after its prompt. */
  #findAnswerLead(): "" | " " {
    const question = { role: "user" as const, content: "?" };
    const prompt = this.#run([question], true);
    const answered = this.#run([question, { role: "assistant", content: "A" }], false);
    const asked = answered.startsWith(prompt) ? answered.slice(prompt.length) : /\s$/.test(prompt) ? "A" : " A";
    return asked.startsWith(" ") ? " " : "";
  }
}

function guarded<T>(use: () => T): T {
  try {
    return use();
  } catch (cause) {
    const problem = `the model's chat template cannot be used: ${(cause as Error).message}`;
    throw new SteeringError("ERR_CHAT_TEMPLATE", problem, {}, { cause });
  }
}
