import { z } from "zod";
import { roomFor } from "../ask/room";
import { preview, type Preview } from "../ask/preview";
import { invalidArgument } from "../errors";
import { downloadOption } from "../hub/fetch-files";
import { modelOptions } from "../model/options";
import { integer } from "../options/kinds";
import { type Given, option } from "../options/option";
import { refuseUnknown } from "../options/refuse-unknown";
import { resolveOptions } from "../options/resolve";
import { workOptions } from "../progress";
import { openAsking } from "./inputs";
import { resolveSetup } from "./setup";
import { askingOptions, questionOptions } from "./setup-options";

export const previewedQuestions = z.object({
  ...questionOptions.pick({ task: true, data: true, category: true, split: true, seed: true }).shape,
  samples: option("questions to ask, the first that a run asks", integer(1).default(5)),
});

export const previewOptions = z.object({
  ...modelOptions.shape,
  ...previewedQuestions.shape,
  ...askingOptions.shape,
  ...downloadOption.shape,
  ...workOptions.shape,
});

/**
 * Which model to ask what.
 * @interface
 */
export type PreviewOptions = Given<typeof previewOptions>;

/**
 * Asks the first questions of a run that has these options: prompts as tokens, answers, scores, and whether the scoring
 * looks sound. No SAE is needed, and nothing is written.
 *
 * @throws as `runPipeline` does before it collects, and as `collect`
 */
export async function previewTask(options: PreviewOptions): Promise<Preview> {
  refuseUnknown(options, previewOptions);
  const { onProgress, onDownload, signal, ...setup } = resolveOptions(previewOptions, options, invalidArgument);
  await using asking = await openAsking(resolveSetup(setup), { onProgress, onDownload, signal });
  const { model, task, split, engine: engineOptions } = asking;
  await using engine = await model.createEngine(await roomFor(model, task, 1, engineOptions));
  return await preview(engine, task, split.train, { onProgress, signal });
}
