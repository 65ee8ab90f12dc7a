import { z } from "zod";
import { loadUnknown } from "../model/load-unknown";
import { modelOptions } from "../model/options";
import { readNeutralTexts } from "../neutral/read-texts";
import { NEUTRAL_TEXTS } from "../neutral/texts";
import { text } from "../options/kinds";
import { type Given, option } from "../options/option";
import type { StoredSae } from "../sae/folder";
import { nativeLayer } from "../sae/hook-point";
import { assertSaesFit } from "../sae/set";
import { TextRows } from "./text-rows";

/** How a model reads texts. */
export const readingOptions = z.object({
  texts: option("texts that the model reads", text("the path of a file").exactOptional(), {
    value: "file",
    reads: "path",
    otherwise: "built in",
    more: "A JSON Lines file with `text`, or a text file with blank lines between texts; of each the first 256 tokens.",
  }),
  ...modelOptions.omit({ model: true }).shape,
});

/**
 * The rows that a model has where SAEs read it. Nothing of the model is kept.
 *
 * @throws as `Model.load`, `assertSaesFit`, `readNeutralTexts` and `TextRows.read`
 */
export async function readModel(
  path: string,
  saes: readonly StoredSae[],
  { texts, device, gpuLayers, adapters, verify, ...room }: Partial<Given<typeof readingOptions>>,
  signal: AbortSignal,
): Promise<TextRows> {
  await using model = await loadUnknown(path, { device, gpuLayers, adapters, verify, signal });
  assertSaesFit(saes, model.info);
  await using engine = await model.createEngine(room);
  const layers = saes.map(({ config }) => nativeLayer(config.hook));
  return await TextRows.read(engine, layers, texts === undefined ? NEUTRAL_TEXTS : await readNeutralTexts(texts), {
    signal,
  });
}
