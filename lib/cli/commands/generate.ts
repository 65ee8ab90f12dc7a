import { Option, type Command } from "commander";
import { readFile } from "node:fs/promises";
import { invalidArgument, systemReason } from "../../errors";
import { loadUnknown } from "../../model/load-unknown";
import type { LayerReceipt } from "../../model/engine";
import { lengthOptions } from "../../model/branch";
import { modelOptions } from "../../model/options";
import { samplingOptions } from "../../model/sampling";
import { given } from "../../options/given";
import { addDeclared, declared } from "../declared-options";
import { fetchedModel } from "../fetched";
import { interruptible } from "../interruptible";
import { log, printJson, printText } from "../output";
import { addSteering, steeringOf, type SteeringFlags } from "../steering-flags";

interface Flags extends SteeringFlags {
  prompt?: string;
  promptFile?: string;
  json?: true;
  quiet?: true;
}

export function addGenerate(command: Command): void {
  command
    .addOption(new Option("--prompt <text>", "the prompt").conflicts("promptFile"))
    .option("--prompt-file <file>", "the prompt, from a file")
    .option("--json", "print text, tokens, stop reason and receipt as one JSON document")
    .action(interruptible(generate));
  addDeclared(command, "Model:", modelOptions);
  addSteering(command);
  addDeclared(command, "Generating:", lengthOptions);
  addDeclared(command, "Sampling:", samplingOptions);
}

async function generate(signal: AbortSignal, flags: Flags, command: Command): Promise<void> {
  const text = flags.promptFile === undefined ? flags.prompt : await readPrompt(flags.promptFile);
  if (text === undefined) return command.error("give a prompt: --prompt or --prompt-file", { exitCode: 2 });
  const { model: path, device, gpuLayers, verify, ...room } = declared(modelOptions, flags);
  await using model = await loadUnknown(await fetchedModel(path!, signal, flags), {
    device,
    gpuLayers,
    verify,
    signal,
  });
  await using engine = await model.createEngine(room);
  const steering = await steeringOf(flags, model, signal);
  const prompt = model.tokenize(text);
  const sampling = declared(samplingOptions, flags);
  const { branches } = await engine.run(
    { prompt, branches: [{ ...given({ steering }), ...declared(lengthOptions, flags), sampling }] },
    { signal, onTokens: flags.json ? undefined : ({ text }) => printText(text) },
  );
  const { text: completion, tokens, stopReason, receipt } = branches[0]!;
  if (flags.json) printJson({ text: completion, tokenIds: tokens, promptTokenIds: prompt, stopReason, receipt });
  else printText("\n");
  if (!flags.quiet) log(summary(tokens.length, stopReason, receipt));
}

async function readPrompt(file: string): Promise<string> {
  return readFile(file, "utf8").catch((error: unknown) => {
    throw invalidArgument("promptFile", `a readable file (${systemReason(error)})`, file);
  });
}

function summary(nTokens: number, stopReason: string, receipt: readonly LayerReceipt[]): string {
  const layers = receipt.map(
    ({ layer, rows, meanAddedNorm, meanResidualNorm }) =>
      `layer ${layer}: ${rows} rows, added norm ${meanAddedNorm.toPrecision(3)} to ${meanResidualNorm.toPrecision(3)}`,
  );
  return `${nTokens} tokens, ended by ${stopReason}; ${layers.length === 0 ? "not steered" : layers.join("; ")}`;
}
