import type { Command } from "commander";
import { labelFeatures, type LabelledFeature } from "../../features/label/label";
import { labelOptions } from "../../features/label/options";
import { addDeclared, declared } from "../declared-options";
import { BEGINS_AGAIN, interruptible } from "../interruptible";
import { printJson, printLines, table } from "../output";
import { showProgress, type ProgressFlags } from "../progress";

interface Flags extends ProgressFlags {
  features: string;
  json?: true;
}

export function addLabel(command: Command): void {
  command
    .requiredOption("--features <folder>", "pages of corrsteer features")
    .option("--json", "print the labels as one JSON document")
    .action(interruptible(label, BEGINS_AGAIN));
  addDeclared(command, "Options:", labelOptions);
}

async function label(signal: AbortSignal, flags: Flags): Promise<void> {
  const { endpoint, modelName, ...options } = declared(labelOptions, flags);
  const labelled = await showProgress(signal, flags, (progress) =>
    labelFeatures(flags.features, {
      ...{ endpoint: endpoint!, modelName: modelName!, ...options },
      onProgress: progress.of("label"),
      signal,
    }),
  );
  if (flags.json) printJson(labelled);
  else
    printLines(table([["feature", "accuracy", "contexts", "p", "shown", "label"], ...labelled.map(cells)], [0, 4, 5]));
}

function cells({ name, label, right, n, p, isShown }: LabelledFeature): string[] {
  const accuracy = n === 0 ? "-" : (right / n).toFixed(2);
  return [name, accuracy, String(n), n === 0 ? "-" : p.toPrecision(2), isShown ? "yes" : "no", label ?? "-"];
}
