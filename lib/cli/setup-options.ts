import { type Command, Option } from "commander";
import { CONTROLS, CONTROL_SETTINGS, type ControlOptions } from "../evaluate/controls/options";
import { pick } from "../pipeline/pick";
import { askingOptions, modelAndSaeOptions, questionOptions, setupOptions } from "../pipeline/setup-options";
import { COLLECT_SETTINGS, type CollectSettings } from "../pipeline/stages";
import { given } from "../options/given";
import { addDeclared } from "./declared-options";
import { list, number, numbers, under } from "./options";
import type { VariantFlags } from "./select-options";

/** Of which model, SAEs and questions a run is. */
export function addSetupOptions(command: Command): Command {
  addDeclared(command, "Model and SAEs:", modelAndSaeOptions);
  addDeclared(command, "Questions:", questionOptions);
  return addDeclared(command, "Asking and scoring:", askingOptions);
}

/** The same for a stage that reads them from the run directory: each option is in place of what that says. */
export function addOverrideOptions(command: Command): Command {
  return addDeclared(command, "In place of what the run says:", setupOptions, true);
}

export type CollectFlags = CollectSettings;

export function addCollectOptions(command: Command): Command {
  return under("Collecting:", command, (group) =>
    group
      .option(
        "--convention <sae|official>",
        "where SAEs read and steer: their own hook point, or as the published code does (default: sae)",
      )
      .option(
        "--keep <sparse|moments>",
        "keep pooled activations, or the moments of each feature alone (default: sparse)",
      )
      .option(
        "--positions <generated|all>",
        "pool where the answer was chosen, or over all tokens of prompt and answer (default: generated)",
      )
      .option("--pooling <max|mean>", "over an answer's positions (default: the task's)")
      .option("--steer-pooling <max|mean>", "the same, for coefficients (default: as --pooling)")
      .option("--weight-type <f32|f16|bf16|q8_0>", "how SAE encoders are kept: f32 is exact (default: f32)")
      .option("--chunk-samples <n>", "questions between two points that a stopped run can go on from", number),
  );
}

export function collectOptions(flags: CollectFlags) {
  return pick(flags, COLLECT_SETTINGS);
}

export interface EvaluateFlags extends VariantFlags, ControlOptions {}

/** Which arms an evaluation has beside the profiles. */
export function addEvaluateOptions(command: Command): Command {
  return under("Evaluating:", command, (group) =>
    group
      .option(
        "--scales <list>",
        "multiples of the coefficients to try besides 1, or none (default: 0.5,2; none for long answers)",
        numbers,
      )
      .addOption(
        new Option(
          "--controls <list>",
          `what else to run, or none: ${CONTROLS.join(", ")} (default: all that apply)`,
        ).argParser(list),
      )
      .option(
        "--random-draws <n>",
        "draws of random features for each profile (default: 5; 2 for long answers)",
        number,
      )
      .option("--shuffled-draws <n>", "selections for permuted scores (default: 3; 1 for long answers)", number)
      .option("--neutral-text <file>", "texts to measure side effects on (default: built in)"),
  );
}

export function evaluateOptions({ variant, ...controls }: EvaluateFlags) {
  return { ...given({ variants: variant }), ...pick(controls, CONTROL_SETTINGS) };
}
