import type { Command } from "commander";
import { collectSettings } from "../../collect/options";
import { openInputs } from "../../pipeline/inputs";
import { pipelineOptions } from "../../pipeline/pipeline";
import { defaultDirectory, resolveSetup } from "../../pipeline/setup";
import { setupOptions, type SetupOptions } from "../../pipeline/setup-options";
import { collectStage } from "../../pipeline/stages";
import { requireRunOrEmpty } from "../../run/directory";
import { tellOfAhead } from "../ahead-lines";
import { addDeclared, declared } from "../declared-options";
import { tellOfDownload } from "../fetched";
import { GOES_ON, interruptible } from "../interruptible";
import { tellOfFirstAnswers } from "../first-answers";
import { printJson, printLines } from "../output";
import { showProgress, type ProgressFlags } from "../progress";
import { addSetupOptions } from "../setup-options";

interface Flags extends ProgressFlags {
  json?: true;
}

const runDirectory = pipelineOptions.pick({ directory: true });

export function addCollect(command: Command): void {
  addSetupOptions(command).action(interruptible(run, GOES_ON));
  addDeclared(command, "Collecting:", collectSettings);
  addDeclared(command, "Options:", runDirectory).option("--json", "print what was collected as one JSON document");
}

async function run(signal: AbortSignal, flags: Flags): Promise<void> {
  const setup = resolveSetup(declared(setupOptions, flags) as SetupOptions);
  const { directory: asked } = declared(runDirectory, flags);
  if (asked !== undefined) await requireRunOrEmpty(asked); // before the model is loaded
  const { directory, manifest, resumed } = await showProgress(signal, flags, async (progress) => {
    const onProgress = progress.of("collect");
    const settings = declared(collectSettings, flags);
    await using inputs = await openInputs(setup, {
      onAhead: tellOfAhead(progress, flags),
      settings,
      onDownload: tellOfDownload(progress, flags),
      onProgress,
      signal,
    });
    const onFirstAnswers = tellOfFirstAnswers(progress, flags);
    const options = { ...settings, onFirstAnswers, onProgress, signal };
    return await collectStage(inputs, asked ?? defaultDirectory(inputs.setup, inputs.split.train), options);
  });
  const { n } = manifest.samples;
  if (flags.json) printJson({ runDir: directory, n, resumed });
  else printLines([`${directory}: ${n} samples, ${resumed} of them from before`]);
}
