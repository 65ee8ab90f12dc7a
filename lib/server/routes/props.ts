import { basename } from "node:path";
import { z } from "zod";
import type { App } from "../app";
import { answerOf } from "../schemas/responses";
import { FINGERPRINT, type Served } from "../served";

const props = z.object({
  build_info: z.string(),
  model_path: z.string().describe("The file's name; its folder is nobody's affair."),
  model_name: z.string(),
  architecture: z.string(),
  n_layer: z.int(),
  n_embd: z.int(),
  n_vocab: z.int(),
  total_slots: z.int().describe("Requests that may be under way at once."),
  default_generation_settings: z.object({ n_ctx: z.int() }),
  saes: z.array(z.string()).describe("Ids of the SAEs whose features requests may name."),
  run: z.string().nullable().describe("The task of the run whose features /v1/run has."),
  chat_template: z.string().nullable(),
  bos_token: z.string().nullable(),
  eos_token: z.string().nullable(),
});

export function addProps(app: App, { name, model, texts, generator, saes, run, maxRequests }: Served): void {
  const textOf = (token: number | undefined) => (token === undefined ? null : texts.text(token));
  app.get(
    "/props",
    {
      schema: {
        summary: "What is served, as llama.cpp's server tells it.",
        tags: ["Server"],
        response: answerOf(props),
      },
    },
    () => {
      const { path, architecture, nLayer, nEmbd, nVocab, chatTemplate, bosToken, eosToken } = model.info;
      return {
        build_info: FINGERPRINT,
        model_path: basename(path),
        model_name: name,
        architecture,
        n_layer: nLayer,
        n_embd: nEmbd,
        n_vocab: nVocab,
        total_slots: maxRequests,
        default_generation_settings: { n_ctx: generator.engine.contextTokens },
        saes: saes.map(({ id }) => id),
        run: run?.task ?? null,
        chat_template: chatTemplate ?? null,
        bos_token: textOf(bosToken),
        eos_token: textOf(eosToken),
      };
    },
  );
}
