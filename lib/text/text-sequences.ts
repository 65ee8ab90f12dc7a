import type { DownloadOptions } from "../hub/fetch-files";
import type { LoadedModel } from "../model/loaded-model";
import type { textOptions } from "./options";
import { readTexts } from "./read-texts";
import { tokenSequences } from "./sequences";
import type { z } from "zod";

/** What is read, and as what. */
export interface SequenceReading extends Readonly<z.output<typeof textOptions>> {
  readonly seed: number;
}

/** The texts that options name, as what a model reads. @throws as `readTexts` and `tokenSequences` */
export function textSequences(
  model: LoadedModel,
  { texts, textField: field, sequenceTokens: length, chatShare, seed }: SequenceReading,
  options: DownloadOptions,
): AsyncGenerator<Int32Array> {
  return tokenSequences(model, readTexts(texts, { seed, field, ...options }), { length, chatShare, seed });
}
