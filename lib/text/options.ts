import { z } from "zod";
import { integer, list, text, yesOrNo } from "../options/kinds";
import { type Given, option } from "../options/option";
import { SHORTEST } from "./sequences";

const SOURCES = "at least one source of text";

/** What a model is to read, and as what. */
export const textOptions = z.object({
  texts: option(
    "texts: files (plain, .jsonl, .parquet; .gz, .xz, .zst), folders, hf:datasets/…, task:name; each [weight=]path[:field]",
    list(text("a source of text"), SOURCES).min(1, SOURCES),
    { flag: "text", value: "source", reads: "texts", more: "As `parseTextSource` reads them." },
  ),
  textField: option("field of rows that is the text", text("the name of a field").default("text")),
  sequenceTokens: option("tokens of each sequence that is read", integer(SHORTEST).default(256)),
  chatTemplate: option("read each text as a user's message in the model's chat template", yesOrNo().default(false)),
});

/** @interface */
export type TextOptions = Given<typeof textOptions>;

/** How much of it. */
export function tokensOption(tokens: number) {
  return option("how many tokens to read", integer(1).default(tokens), { reads: "count" });
}
