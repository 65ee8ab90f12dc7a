import type { Command } from "commander";
import { openInputs } from "../pipeline/inputs";
import { defaultDirectory, resolveSetup } from "../pipeline/setup";
import { setupOptions, type SetupOptions } from "../pipeline/setup-options";
import { collectStage } from "../pipeline/stages";
import { declared } from "./declared-options";
import { GOES_ON, interruptible } from "./interruptible";
import { printJson, printLines } from "./output";
import { showProgress } from "./progress";
import { addCollectOptions, addSetupOptions, type CollectFlags, collectOptions } from "./setup-options";

interface Flags extends CollectFlags {
  out?: string;
  json?: true;
  quiet?: true;
}

export function addCollect(program: Command): void {
  addCollectOptions(addSetupOptions(program.command("collect")))
    .description("ask the model, and keep the SAE activations of its answers with their scores")
    .option("--out <folder>", "the run directory, new or to go on with (default: runs/<task>-<model>-<seed>)")
    .option("--json", "print what was collected as one JSON document")
    .action(interruptible(run, GOES_ON));
}

async function run(signal: AbortSignal, flags: Flags): Promise<void> {
  const setup = resolveSetup(declared(setupOptions, flags) as SetupOptions);
  using progress = showProgress(signal, flags);
  const onProgress = progress.of("collect");
  await using inputs = await openInputs(setup, { onProgress, signal });
  const options = { ...collectOptions(flags), onProgress, signal };
  const { directory, manifest, resumed } = await collectStage(inputs, flags.out ?? defaultDirectory(setup), options);
  const { n } = manifest.samples;
  if (flags.json) printJson({ runDir: directory, n, resumed });
  else printLines([`${directory}: ${n} samples, ${resumed} of them from before`]);
}
