/**
 * A model, plain or steered, for promptfoo.
 *
 * @module corrsteer/promptfoo
 */

import { resolve } from "node:path";
import { z } from "zod";
import { isReference } from "../hub/reference";
import type { LayerReceipt } from "../model/receipt";
import { finishReasonOf } from "../model/generate/finish-reason";
import { replyOptions } from "../model/generate/options";
import { modelOptions } from "../model/options";
import { given, givenOf } from "../options/given";
import { number, text, yesOrNo } from "../options/kinds";
import { type Given, option } from "../options/option";
import { refuseUnknown } from "../options/refuse-unknown";
import { resolveOptions } from "../options/resolve";
import { loadSteering } from "../steering/load-steering";
import type { Steering } from "../steering/steering";
import { chatMessages } from "./promptfoo/messages";
import { hold, release, type SharedModel } from "./promptfoo/shared-model";

const answering = replyOptions.omit({ steering: true, watch: true, signal: true });

const ownOptions = z.object({
  steer: option("steering profile (*.steer.json)", text("a path").exactOptional(), { otherwise: "none" }),
  scale: option("factor on the profile's coefficients", number("a finite number").default(1)),
  raw: option("continue the prompt as text, in place of answering it as a user's", yesOrNo().default(false)),
  system: option("what the system says before the prompt", text("a string").exactOptional(), { otherwise: "nothing" }),
});

export const providerOptions = z.object({ ...modelOptions.shape, ...ownOptions.shape, ...answering.shape });

/**
 * What a provider's `config` in promptfoo's configuration may say.
 * @interface
 */
export type ProviderConfig = Given<typeof providerOptions>;

/** What promptfoo is told of an answer. */
export interface ProviderResponse {
  readonly output?: string;
  readonly error?: string;
  readonly tokenUsage?: { readonly prompt: number; readonly completion: number; readonly total: number };
  readonly finishReason?: string;
  readonly metadata?: { readonly receipt: readonly LayerReceipt[]; readonly reasoning?: string };
}

/**
 * A provider of promptfoo: `id: package:corrsteer/promptfoo:CorrsteerProvider` with a `config`. Providers of one model share
 * it, so that a plain and a steered one are answered in the same batches.
 */
export class CorrsteerProvider {
  readonly #id: string;
  readonly #config: z.output<typeof providerOptions>;
  #ready: Promise<SharedModel & { readonly steering: Steering | undefined }> | undefined;

  /**
   * @param options `config.basePath` is promptfoo's own: the folder of its configuration, in which paths begin
   * @throws ERR_INVALID_ARGUMENT, ERR_OUT_OF_RANGE for a config that is none
   */
  constructor(options: { readonly id?: string; readonly config: ProviderConfig & { readonly basePath?: string } }) {
    const { basePath = "", ...config } = options.config;
    refuseUnknown(config, providerOptions);
    const asked = resolveOptions(providerOptions, config);
    const { model, steer, scale } = asked;
    const at = (path: string) => (isReference(path) ? path : resolve(basePath, path));
    this.#config = { ...asked, model: at(model), ...(steer !== undefined && { steer: at(steer) }) };
    this.#id = options.id ?? `corrsteer:${model}${steer === undefined ? "" : `@${steer}:${scale}`}`;
  }

  id(): string {
    return this.#id;
  }

  /** Answers a prompt; what goes wrong is told as promptfoo wants it. */
  async callApi(
    prompt: string,
    _context?: unknown,
    options: { readonly abortSignal?: AbortSignal } = {},
  ): Promise<ProviderResponse> {
    try {
      return await this.#answer(prompt, options.abortSignal);
    } catch (error) {
      return { error: String(error) };
    }
  }

  async #answer(prompt: string, signal: AbortSignal | undefined): Promise<ProviderResponse> {
    const { generator, steering } = await (this.#ready ??= this.#load());
    const options = { ...givenOf(answering, this.#config), ...given({ steering, signal }) };
    const { raw, system } = this.#config;
    const reply = raw
      ? await generator.complete(prompt, options)
      : await generator.chat(chatMessages(prompt, system), options);
    const { text, reasoning, receipt, usage } = reply;
    const { promptTokens, completionTokens } = usage;
    return {
      output: text,
      tokenUsage: { prompt: promptTokens, completion: completionTokens, total: promptTokens + completionTokens },
      finishReason: finishReasonOf(reply),
      metadata: { receipt, ...given({ reasoning }) },
    };
  }

  async #load() {
    const shared = await hold(this.#place);
    const { steer, scale } = this.#config;
    const steering = steer === undefined ? undefined : (await loadSteering(steer, shared.model)).scaled(scale);
    return { ...shared, steering };
  }

  get #place(): Given<typeof modelOptions> {
    return { ...givenOf(modelOptions, this.#config), model: this.#config.model };
  }

  /** Ends with the model, when its last provider does. */
  async cleanup(): Promise<void> {
    if (!this.#ready) return;
    this.#ready = undefined;
    await release(this.#place);
  }
}
