import type { Command } from "commander";
import { openInputs } from "../pipeline/inputs";
import { readSetup } from "../pipeline/setup";
import { setupOptions } from "../pipeline/setup-options";
import { evaluateSettings, evaluateStage } from "../pipeline/stages";
import { evaluationLines } from "./evaluation-table";
import { lockExistingRun } from "../run/lock";
import { addDeclared, declared } from "./declared-options";
import { BEGINS_AGAIN, interruptible } from "./interruptible";
import { printJson, printLines } from "./output";
import { showProgress } from "./progress";
import { addOverrideOptions } from "./setup-options";

interface Flags {
  json?: true;
  quiet?: true;
}

export function addEvaluate(program: Command): void {
  const command = program
    .command("evaluate")
    .description("compare a run's profiles with no steering, on questions that nothing was chosen on")
    .argument("<folder>", "a run directory with profiles")
    .option("--json", "print the evaluation as one JSON document")
    .action(interruptible(run, BEGINS_AGAIN));
  addOverrideOptions(addDeclared(command, "Evaluating:", evaluateSettings));
}

async function run(signal: AbortSignal, directory: string, flags: Flags): Promise<void> {
  const setup = await readSetup(directory, declared(setupOptions, flags));
  using lock = await lockExistingRun(directory); // before the model is loaded
  using progress = showProgress(signal, flags);
  const onProgress = progress.of("evaluate");
  await using inputs = await openInputs(setup, { onProgress, signal });
  const options = { ...declared(evaluateSettings, flags), onProgress, lock, signal };
  const evaluation = await evaluateStage(inputs, directory, options);
  if (flags.json) printJson(evaluation);
  else printLines(evaluationLines(evaluation));
}
