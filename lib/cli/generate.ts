import { Option, type Command } from "commander";
import { readFile } from "node:fs/promises";
import { invalidArgument } from "../errors";
import { Model } from "../model/model";
import type { LayerReceipt } from "../model/engine";
import { loadSteering } from "../steering/load-steering";
import { given } from "../options/given";
import { interruptible } from "./interruptible";
import { addModelOptions, type ModelFlags, number } from "./options";
import { log, printJson, printText } from "./output";

interface GenerateFlags extends ModelFlags {
  prompt?: string;
  promptFile?: string;
  steer?: string;
  scale?: number;
  maxTokens?: number;
  temperature?: number;
  topK?: number;
  topP?: number;
  minP?: number;
  seed?: number;
  stop?: string[];
  json?: true;
  quiet?: true;
}

export function addGenerate(program: Command): void {
  addModelOptions(program.command("generate"))
    .description("continue a prompt, as raw text; --steer steers from its last token on")
    .addOption(new Option("--prompt <text>", "the prompt").conflicts("promptFile"))
    .option("--prompt-file <file>", "the prompt, from a file")
    .option("--steer <profile>", "steering profile (*.steer.json)")
    .option("--scale <x>", "factor on the profile's coefficients", number)
    .option("--max-tokens <n>", "most tokens to generate", number)
    .option("--temperature <t>", "0 is greedy", number)
    .option("--top-k <k>", "keep the k most likely tokens", number)
    .option("--top-p <p>", "keep the smallest set of tokens of probability p", number)
    .option("--min-p <p>", "keep tokens at least p times as likely as the likeliest", number)
    .option("--seed <n>", "of the random numbers", number)
    .option("--stop <text...>", "end before the first of these")
    .option("--json", "print text, tokens, stop reason and receipt as one JSON document")
    .action(interruptible(generate));
}

async function generate(signal: AbortSignal, flags: GenerateFlags, command: Command): Promise<void> {
  const { device, context: contextTokens, threads, temperature, topK, topP, minP, seed, maxTokens, stop } = flags;
  const text = flags.promptFile === undefined ? flags.prompt : await readPrompt(flags.promptFile);
  if (text === undefined) return command.error("give a prompt: --prompt or --prompt-file", { exitCode: 2 });
  await using model = await Model.load(flags.model, { ...given({ device }), signal });
  await using engine = await model.createEngine(given({ contextTokens, threads }));
  const steering =
    flags.steer === undefined
      ? undefined
      : await loadSteering(flags.steer, model, { ...given({ scale: flags.scale }), onWarning: log, signal });
  const prompt = model.tokenize(text);
  const sampling = given({ temperature, topK, topP, minP, seed });
  const { branches } = await engine.run(
    { prompt, branches: [{ ...given({ steering, maxTokens, stop }), sampling }] },
    { signal, onTokens: flags.json ? undefined : ({ text }) => printText(text) },
  );
  const { text: completion, tokens, stopReason, receipt } = branches[0]!;
  if (flags.json) printJson({ text: completion, tokenIds: tokens, promptTokenIds: prompt, stopReason, receipt });
  else printText("\n");
  if (!flags.quiet) log(summary(tokens.length, stopReason, receipt));
}

async function readPrompt(file: string): Promise<string> {
  return readFile(file, "utf8").catch((error: unknown) => {
    throw invalidArgument("promptFile", "a readable file", (error as Error).message);
  });
}

function summary(nTokens: number, stopReason: string, receipt: readonly LayerReceipt[]): string {
  const layers = receipt.map(
    ({ layer, rows, meanAddedNorm, meanResidualNorm }) =>
      `layer ${layer}: ${rows} rows, added norm ${meanAddedNorm.toPrecision(3)} to ${meanResidualNorm.toPrecision(3)}`,
  );
  return `${nTokens} tokens, ended by ${stopReason}; ${layers.length === 0 ? "not steered" : layers.join("; ")}`;
}
