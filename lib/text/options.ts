import { z } from "zod";
import { integer, list, number, text } from "../options/kinds";
import { type Given, option } from "../options/option";
import { A_SHARE, SHORTEST } from "./sequences";

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
  chatShare: option(
    "share of the texts that are read as a user's message in the model's chat template",
    number(A_SHARE).min(0, A_SHARE).max(1, A_SHARE).default(0),
  ),
});

/** @interface */
export type TextOptions = Given<typeof textOptions>;

/** How much of it. */
export function tokensOption(tokens: number) {
  return option("how many tokens to read", integer(1).default(tokens), { reads: "count" });
}
