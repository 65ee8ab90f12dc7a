import { z } from "zod";
import type { App } from "../app";
import { answerOf } from "../schemas/responses";
import type { Served } from "../served";

const tokenizerInfo = z.object({
  tokenizer_class: z.string().describe("The vocabulary's kind, as the model's file has it."),
  vocab_size: z.int(),
  bos_token: z.string().nullable(),
  eos_token: z.string().nullable(),
  pad_token: z.string().nullable(),
  add_bos_token: z.boolean(),
  chat_template: z.string().nullable(),
});

export function addTokenizerInfo(app: App, { model, texts }: Served): void {
  const textOf = (token: number | undefined) => (token === undefined ? null : texts.text(token));
  app.get(
    "/tokenizer_info",
    { schema: { summary: "What the model's tokenizer is.", tags: ["Tokens"], response: answerOf(tokenizerInfo) } },
    () => {
      const { nVocab, bosToken, eosToken, addsBos, chatTemplate } = model.info;
      return {
        tokenizer_class: model.metadata()["tokenizer.ggml.model"] ?? "unknown",
        vocab_size: nVocab,
        bos_token: textOf(bosToken),
        eos_token: textOf(eosToken),
        pad_token: textOf(eosToken),
        add_bos_token: addsBos,
        chat_template: chatTemplate ?? null,
      };
    },
  );
}
