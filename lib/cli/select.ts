import type { Command } from "commander";
import { openInputs } from "../pipeline/inputs";
import { readSetup } from "../pipeline/setup";
import { selectStage } from "../pipeline/stages";
import type { SelectedProfile } from "../select/select";
import { interruptible } from "./interruptible";
import { given } from "./options";
import { printJson, printLines, table } from "./output";
import { progressBars, stageBar } from "./progress";
import { addOverrideOptions, addVariantOption, type SelectFlags, type SetupFlags, setupOptions } from "./setup-options";

interface Flags extends SetupFlags, SelectFlags {
  json?: true;
}

export function addSelect(program: Command): void {
  addVariantOption(addOverrideOptions(program.command("select")))
    .description("make steering profiles of a run's ranking; model, SAEs and questions are the run's")
    .argument("<folder>", "a run directory that was ranked")
    .option("--json", "print the selections as one JSON document")
    .action(interruptible(run));
}

async function run(signal: AbortSignal, directory: string, flags: Flags): Promise<void> {
  const setup = await readSetup(directory, setupOptions(flags));
  using progress = progressBars();
  await using inputs = await openInputs(setup, { signal });
  const options = { ...given({ variants: flags.variant }), onProgress: stageBar(progress, "select"), signal };
  const selected = await selectStage(inputs, directory, options);
  if (flags.json) printJson(selected.map(({ profile: _inPath, ...selection }) => selection));
  else printLines(table(selected.map(row), [0, 1, 2]));
}

function row({ variant, features, path }: SelectedProfile): string[] {
  const chosen = features.map(({ layer, feature }) => `${layer}:${feature}`).join(" ");
  return [variant, path, chosen || "no feature helps: it steers nothing"];
}
