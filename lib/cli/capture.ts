import { type Command, Option } from "commander";
import { capture, type CaptureOptions } from "../capture/capture";
import { capturePrompts, readTokenIds } from "../capture/prompts";
import { saveCapture } from "../capture/save";
import type { EngineOptions } from "../model/engine";
import { Model } from "../model/model";
import { loadSteering } from "../steering/load-steering";
import { given } from "../options/given";
import { interruptible } from "./interruptible";
import { addModelOptions, layers, type ModelFlags, number } from "./options";
import { log, printJson, printLines } from "./output";

interface CaptureFlags extends ModelFlags, Pick<CaptureOptions, "layers" | "site" | "positions" | "maxTokens"> {
  tokenIds?: string;
  prompts?: string;
  kvType?: EngineOptions["kvType"];
  steer?: string;
  scale?: number;
  out: string;
  json?: true;
}

export function addCapture(program: Command): void {
  addModelOptions(program.command("capture"))
    .description("write residual rows and logits of prompts to safetensors files")
    .addOption(new Option("--token-ids <file>", "one prompt: a JSON array of token ids").conflicts("prompts"))
    .option("--prompts <file>", "JSON Lines with prompt and, where wanted, id: one file each, in the folder --out")
    .option("--layers <list>", "all, or layers such as 0,3,5-9", layers)
    .option("--site <resid_post|resid_pre>", "output or input of the layers")
    .option("--positions <all|last|generated>", "all prompt tokens, the last one, or those that chose generated tokens")
    .option("--max-tokens <n>", "most tokens to generate, with --positions generated", number)
    .option("--kv-type <f32|f16>", "type of the key-value cache; f32 to compare with other implementations")
    .option("--steer <profile>", "steering profile (*.steer.json)")
    .option("--scale <x>", "factor on the profile's coefficients", number)
    .requiredOption("--out <path>", "the file, or with --prompts the folder, to write")
    .option("--json", "print the files written as one JSON document")
    .action(interruptible(run));
}

async function run(signal: AbortSignal, flags: CaptureFlags, command: Command): Promise<void> {
  const { device, context: contextTokens, threads, kvType, site, positions, maxTokens, scale, out } = flags;
  if (flags.tokenIds === undefined && flags.prompts === undefined) {
    command.error("give what to run: --token-ids or --prompts", { exitCode: 2 });
  }
  const tokenIds = flags.tokenIds === undefined ? undefined : await readTokenIds(flags.tokenIds);
  await using model = await Model.load(flags.model, { ...given({ device }), signal });
  const steering =
    flags.steer && (await loadSteering(flags.steer, model, { ...given({ scale }), onWarning: log, signal }));
  await using engine = await model.createEngine(given({ contextTokens, threads, kvType }));
  const options = {
    ...given({ layers: flags.layers, site, positions, maxTokens, steering: steering || undefined }),
    signal,
  };
  const files = tokenIds ? [out] : await capturePrompts(engine, flags.prompts!, out, options);
  if (tokenIds) await saveCapture(out, await capture(engine, tokenIds, options));
  if (flags.json) printJson({ files });
  else printLines(files);
}
