import { join } from "node:path";

/** This package's own folder, whether this file runs from lib/ or from dist/. */
const PACKAGE = join(__dirname, "..");
const file = (name: string) => join(PACKAGE, "demo", name);

/** A tiny model, its SAEs and its questions, which come with the package: `demo/MODEL_CARD.md` says what was planted. */
export const DEMO = {
  model: file("model.gguf"),
  sae: file("saes"),
  task: file("sums.mjs"),
  data: file("questions.jsonl"),
} as const;
