import type { Command } from "commander";
import { z } from "zod";
import { writeJson } from "../../files/json";
import { modelOptions } from "../../model/options";
import { given } from "../../options/given";
import { required } from "../../options/option";
import { setupOptions } from "../../pipeline/setup-options";
import { evaluateSaes } from "../../quality/evaluate-saes";
import { type QualityOptions, qualityTextOptions } from "../../quality/options";
import { addDeclared, declared } from "../declared-options";
import { fetchedSaes, tellOfDownload } from "../fetched";
import { interruptible } from "../interruptible";
import { loadedModel } from "../loaded-model";
import { printJson, printLines } from "../output";
import { type ProgressFlags, showProgress } from "../progress";
import { qualityTable } from "../quality-table";

interface Flags extends ProgressFlags {
  out?: string;
  json?: true;
}

const saesOptions = z.object({ sae: required(setupOptions.shape.sae), layers: setupOptions.shape.layers });
const readingModelOptions = modelOptions.omit({ model: true });

export function addSaeEvaluate(group: Command): void {
  const command = group
    .command("evaluate")
    .description(
      "how good SAEs are on a text: variance explained, sparsity, and what the model loses when they are spliced in",
    )
    .argument("<model>", "the model that they are of: a GGUF file, or of the hub (hf:…)")
    .option("--out <file>", "write all of it to this JSON file")
    .option("--json", "print all of it as one JSON document")
    .action(interruptible(evaluate));
  addDeclared(command, "SAEs:", saesOptions);
  addDeclared(command, "Text:", qualityTextOptions);
  addDeclared(command, "Model:", readingModelOptions);
}

async function evaluate(signal: AbortSignal, source: string, flags: Flags): Promise<void> {
  const { sae, layers = "all" } = declared(saesOptions, flags);
  const saes = await fetchedSaes(sae!, layers, signal, flags);
  const ofModel = { ...declared(readingModelOptions, flags), model: source };
  const { model: loaded, room } = await loadedModel(ofModel, signal, flags);
  await using model = loaded;
  await using engine = await model.createEngine(room);
  const { device, threads } = ofModel;
  const qualities = await showProgress(signal, flags, (progress) =>
    evaluateSaes(engine, saes, {
      ...(declared(qualityTextOptions, flags) as Pick<QualityOptions, "texts">),
      ...given({ device, threads }),
      onProgress: progress.of("evaluate"),
      onDownload: tellOfDownload(progress, flags),
      signal,
    }),
  );
  if (flags.out !== undefined) await writeJson(flags.out, qualities);
  if (flags.json) printJson(qualities);
  else printLines(qualityTable(qualities));
}
