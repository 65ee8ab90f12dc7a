import type { Command } from "commander";
import { modelOptions } from "../../model/options";
import { previewedQuestions, type PreviewOptions, previewOptions, previewTask } from "../../pipeline/preview";
import { askingOptions } from "../../pipeline/setup-options";
import { addDeclared, declared } from "../declared-options";
import { tellOfDownload } from "../fetched";
import { interruptible } from "../interruptible";
import { lookLines } from "../look-lines";
import { printJson, printLines } from "../output";
import { previewLines } from "../preview-lines";
import { showProgress, type ProgressFlags } from "../progress";

export function addAsk(command: Command): void {
  command.option("--json", "print questions, answers and scores as one JSON document").action(interruptible(run));
  addDeclared(command, "Model:", modelOptions);
  addDeclared(command, "Questions:", previewedQuestions);
  addDeclared(command, "Asking and scoring:", askingOptions);
}

async function run(signal: AbortSignal, flags: ProgressFlags & { json?: true }): Promise<void> {
  const options = declared(previewOptions, flags) as PreviewOptions;
  const preview = await showProgress(signal, flags, (progress) =>
    previewTask({ ...options, onProgress: progress.of("ask"), onDownload: tellOfDownload(progress, flags), signal }),
  );
  if (flags.json) printJson(preview);
  else printLines([...previewLines(preview), ...lookLines(preview.look)]);
}
