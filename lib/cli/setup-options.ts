import { type Command, Option } from "commander";
import type { SplitKind } from "../data/split";
import { CONTROLS, CONTROL_SETTINGS, type ControlOptions } from "../evaluate/controls/options";
import { SETUP_DEFAULTS, type SetupOptions } from "../pipeline/setup";
import { pick } from "../pipeline/pick";
import { COLLECT_SETTINGS, type CollectSettings } from "../pipeline/stages";
import { PROMPT_STYLES } from "../prompt/prompting";
import { addModelOptions, type DeviceFlags, given, layers, list, number, numbers, under } from "./options";
import { SAE_OPTION, saeSource } from "./sae-option";
import type { VariantFlags } from "./select-options";

/** What says of which model, SAEs and questions a run is. */
export interface SetupFlags extends DeviceFlags {
  model?: string;
  sae?: string[];
  raw?: boolean;
  task?: string;
  data?: string;
  context?: number;
  layers?: "all" | number[];
  samples?: number;
  validationSamples?: number;
  testSamples?: number;
  promptStyle?: NonNullable<SetupOptions["promptStyle"]>;
  chainOfThought?: boolean;
  fewShot?: number;
  category?: string;
  seed?: number;
  split?: SplitKind;
  scorer?: string;
  constrained?: boolean;
  maxTokens?: number;
}

export function addSetupOptions(command: Command): Command {
  under("Model and SAEs:", command, addModelAndSaeOptions);
  under("Questions:", command, addQuestionOptions);
  return under("Asking and scoring:", command, addAskingOptions);
}

function addModelAndSaeOptions(command: Command): Command {
  return addModelOptions(command)
    .option(...SAE_OPTION)
    .option("--raw", "no SAEs: the coordinates of the residual stream are the features")
    .option("--layers <list>", "all that have an SAE, or layers such as 0,3,5-9 (default: all)", layers);
}

function addQuestionOptions(command: Command): Command {
  return command
    .requiredOption(
      "--task <name|file>",
      "a benchmark such as mmlu or arc, jsonl, or a .ts, .js, .mjs file that defines one",
    )
    .requiredOption("--data <path>", "what the task reads: a folder or a file")
    .option("--category <name>", "only questions of this group, such as an MMLU subject (default: all)")
    .option("--samples <n>", `most questions to select features on (default: ${SETUP_DEFAULTS.samples})`, number)
    .option(
      "--validation-samples <n>",
      `most questions to validate features on (default: ${SETUP_DEFAULTS.validationSamples})`,
      number,
    )
    .option("--test-samples <n>", "most questions to evaluate on (default: all there are)", number)
    .option(
      "--split <clean|official>",
      `disjoint whatever the seed, or with the published membership (default: ${SETUP_DEFAULTS.split})`,
    )
    .option("--seed <n>", `of the order in which questions are taken (default: ${SETUP_DEFAULTS.seed})`, number);
}

function addAskingOptions(command: Command): Command {
  return command
    .addOption(
      new Option("--prompt-style <style>", `how questions are put (default: ${SETUP_DEFAULTS.promptStyle})`).choices(
        PROMPT_STYLES,
      ),
    )
    .option("--chain-of-thought", "tell the model to reason before it answers")
    .option("--few-shot <n>", `worked examples before each question (default: ${SETUP_DEFAULTS.fewShot})`, number)
    .option("--constrained", "hold every answer's first token to the choices, also while collecting")
    .option("--max-tokens <n>", "most tokens of a generated answer (default: the task's)", number)
    .option("--scorer <name>", "how answers are scored: one of the task's ways (default: its first)");
}

/** The same for a stage that reads them from the run directory: each option is in place of what that says. */
export function addOverrideOptions(command: Command): Command {
  const before = command.options.length;
  addSetupOptions(command)
    .option("--no-chain-of-thought", "do not tell it to reason")
    .option("--no-constrained", "do not hold answers to the choices");
  for (const option of command.options.slice(before)) {
    option.makeOptionMandatory(false).helpGroup("In place of what the run says:");
    option.description = option.description.replace(/ \(default: .*\)$/, "");
  }
  return command;
}

export function setupOptions(flags: SetupFlags): Partial<SetupOptions> {
  const { model, sae, task, data, device, threads, context: contextTokens, seed, split } = flags;
  const { samples, validationSamples, testSamples, promptStyle, chainOfThought, fewShot, category } = flags;
  const { scorer, constrained, maxTokens } = flags;
  const source = sae && saeSource({ sae });
  return given({
    ...{
      model,
      sae: source,
      basis: flags.raw ? ("residual" as const) : undefined,
      task,
      data,
      device,
      threads,
      contextTokens,
      seed,
      split,
      layers: flags.layers,
    },
    ...{
      samples,
      validationSamples,
      testSamples,
      promptStyle,
      chainOfThought,
      fewShot,
      category,
      scorer,
      constrained,
      maxTokens,
    },
  });
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
