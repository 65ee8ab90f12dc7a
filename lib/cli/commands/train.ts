import type { Command } from "commander";
import { z } from "zod";
import { engineOptions, modelOptions } from "../../model/options";
import { quantity } from "../../quantity";
import { textOptions } from "../../text/options";
import { trainFolder, type TrainOptions, trainSettings } from "../../train/options";
import type { TrainPlan } from "../../train/ahead";
import { trainSaes, type Training } from "../../train/train";
import { writeTrainingPage } from "../../report/training/write-training";
import { addDeclared, declared } from "../declared-options";
import { GOES_ON, interruptible } from "../interruptible";
import { loadedModel } from "../loaded-model";
import { printJson, printLines, table } from "../output";
import { type ProgressFlags, showProgress } from "../progress";

interface Flags extends ProgressFlags {
  json?: true;
}

const readingOptions = z.object({
  ...modelOptions.shape,
  ...engineOptions.pick({ contextTokens: true, kvType: true, products: true }).shape,
});
const options = z.object({ ...trainFolder.shape, ...trainSettings.shape });

export function addTrain(command: Command): void {
  command.option("--json", "print what was trained as one JSON document").action(interruptible(train, GOES_ON));
  addDeclared(command, "Model:", readingOptions);
  addDeclared(command, "Text:", textOptions);
  addDeclared(command, "Training:", options);
}

async function train(signal: AbortSignal, flags: Flags): Promise<void> {
  const { model: loaded, room } = await loadedModel(declared(readingOptions, flags), signal, flags);
  await using model = loaded;
  const training = await showProgress(signal, flags, async (progress) => {
    const onPlan = (plan: TrainPlan) => {
      progress.say(planLines(plan));
    };
    const asked = { ...declared(textOptions, flags), ...declared(options, flags) } as TrainOptions;
    return trainSaes(model, { ...asked, engine: room, onPlan, onProgress: progress.of("train"), signal });
  });
  const page = await writeTrainingPage(training.directory);
  if (flags.json) printJson({ ...training, page });
  else printLines([...layerLines(training), "", page]);
}

function planLines({ dSae, steps, passes, peakBytes }: TrainPlan): string[] {
  const layers = passes.flat();
  if (layers.length === 0) return [];
  const readings = passes.length === 1 ? "one reading" : `${passes.length} readings, for memory`;
  const what = `${quantity(layers.length, "SAE")} of ${dSae} features, ${quantity(steps, "step")}, in ${readings}`;
  return [`${what}; about ${(peakBytes / 1e9).toFixed(1)} GB of memory`];
}

function layerLines({ layers }: Training): string[] {
  return table([
    ["folder", "explained variance", "features a token", "dead"],
    ...layers.map(({ folder, explainedVariance, active, dead }) => [
      ...[folder, explainedVariance.toFixed(4), active.toFixed(1), dead.toFixed(0)],
    ]),
  ]);
}
