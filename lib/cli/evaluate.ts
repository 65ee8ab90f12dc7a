import type { Command } from "commander";
import { openInputs } from "../pipeline/inputs";
import { readSetup } from "../pipeline/setup";
import { setupOptions } from "../pipeline/setup-options";
import { evaluateStage } from "../pipeline/stages";
import { evaluationLines } from "./evaluation-table";
import { declared } from "./declared-options";
import { lockExistingRun } from "../run/lock";
import { BEGINS_AGAIN, interruptible } from "./interruptible";
import { list } from "./options";
import { printJson, printLines } from "./output";
import { showProgress } from "./progress";
import { VARIANT } from "./select-options";
import { addEvaluateOptions, addOverrideOptions, type EvaluateFlags, evaluateOptions } from "./setup-options";

interface Flags extends EvaluateFlags {
  json?: true;
  quiet?: true;
}

export function addEvaluate(program: Command): void {
  const command = program
    .command("evaluate")
    .description("compare a run's profiles with no steering, on questions that nothing was chosen on")
    .argument("<folder>", "a run directory with profiles")
    .option(VARIANT, "profiles to evaluate (default: those selected last)", list)
    .option("--json", "print the evaluation as one JSON document")
    .action(interruptible(run, BEGINS_AGAIN));
  addOverrideOptions(addEvaluateOptions(command));
}

async function run(signal: AbortSignal, directory: string, flags: Flags): Promise<void> {
  const setup = await readSetup(directory, declared(setupOptions, flags));
  using lock = await lockExistingRun(directory); // before the model is loaded
  using progress = showProgress(signal, flags);
  const onProgress = progress.of("evaluate");
  await using inputs = await openInputs(setup, { onProgress, signal });
  const options = { ...evaluateOptions(flags), onProgress, lock, signal };
  const evaluation = await evaluateStage(inputs, directory, options);
  if (flags.json) printJson(evaluation);
  else printLines(evaluationLines(evaluation));
}
