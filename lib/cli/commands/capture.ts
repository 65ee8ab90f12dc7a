import { type Command, Option } from "commander";
import { z } from "zod";
import { capture, captureOptions } from "../../capture/capture";
import { capturePrompts, readTokenIds } from "../../capture/prompts";
import { saveCapture } from "../../capture/save";
import { engineOptions, modelOptions } from "../../model/options";
import { given } from "../../options/given";
import { addDeclared, declared } from "../declared-options";
import { interruptible } from "../interruptible";
import { loadedModel } from "../loaded-model";
import { printJson, printLines } from "../output";
import type { ProgressFlags } from "../progress";
import { addSteering, steeringOf, type SteeringFlags } from "../steering-flags";

interface Flags extends ProgressFlags, SteeringFlags {
  tokenIds?: string;
  prompts?: string;
  out: string;
  json?: true;
}

const exactModelOptions = z.object({ ...modelOptions.shape, ...engineOptions.pick({ kvType: true }).shape });

export function addCapture(command: Command): void {
  command
    .addOption(new Option("--token-ids <file>", "one prompt: a JSON array of token ids").conflicts("prompts"))
    .option("--prompts <file>", "JSON Lines with prompt and, where wanted, id: one file each, in the folder --out")
    .requiredOption("--out <path>", "the file, or with --prompts the folder, to write")
    .option("--json", "print the files written as one JSON document")
    .action(interruptible(run));
  addDeclared(command, "Model:", exactModelOptions);
  addSteering(command);
  addDeclared(command, "Reading:", captureOptions);
}

async function run(signal: AbortSignal, flags: Flags, command: Command): Promise<void> {
  const { out } = flags;
  if (flags.tokenIds === undefined && flags.prompts === undefined) {
    command.error("give what to run: --token-ids or --prompts", { exitCode: 2 });
  }
  const tokenIds = flags.tokenIds === undefined ? undefined : await readTokenIds(flags.tokenIds);
  const { model: loaded, room } = await loadedModel(declared(exactModelOptions, flags), signal, flags);
  await using model = loaded;
  const steering = await steeringOf(flags, model, signal);
  await using engine = await model.createEngine(room);
  const options = { ...declared(captureOptions, flags), ...given({ steering }), signal };
  const files = tokenIds ? [out] : await capturePrompts(engine, flags.prompts!, out, options);
  if (tokenIds) await saveCapture(out, await capture(engine, tokenIds, options));
  if (flags.json) printJson({ files });
  else printLines(files);
}
