import type { Command } from "commander";
import { evaluateSettings, evaluateStage } from "../../pipeline/stages";
import { evaluationLines } from "../evaluation-table";
import { addDeclared, declared } from "../declared-options";
import { BEGINS_AGAIN, interruptible } from "../interruptible";
import { printJson, printLines } from "../output";
import { onRun } from "../on-run";
import type { ProgressFlags } from "../progress";
import { addOverrideOptions } from "../setup-options";

interface Flags extends ProgressFlags {
  json?: true;
}

export function addEvaluate(command: Command): void {
  command
    .argument("<folder>", "a run directory with profiles")
    .option("--json", "print the evaluation as one JSON document")
    .action(interruptible(run, BEGINS_AGAIN));
  addOverrideOptions(addDeclared(command, "Evaluating:", evaluateSettings));
}

async function run(signal: AbortSignal, directory: string, flags: Flags): Promise<void> {
  const evaluation = await onRun("evaluate", directory, { signal, flags }, (inputs, work) =>
    evaluateStage(inputs, directory, { ...declared(evaluateSettings, flags), ...work }),
  );
  if (flags.json) printJson(evaluation);
  else printLines(evaluationLines(evaluation));
}
