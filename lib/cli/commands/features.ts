import type { Command } from "commander";
import { join } from "node:path";
import { z } from "zod";
import { PAGE_FILE } from "../../features/folder";
import { featuresOptions } from "../../features/options";
import { writeFeatures } from "../../features/write";
import { modelOptions } from "../../model/options";
import { setupOptions } from "../../pipeline/setup-options";
import { quantity } from "../../quantity";
import { addDeclared, declared } from "../declared-options";
import { fetchedSaes } from "../fetched";
import { interruptible } from "../interruptible";
import { loadedModel } from "../loaded-model";
import { saeSource } from "../options";
import { printJson, printLines } from "../output";
import { showProgress, type ProgressFlags } from "../progress";
import { byteText } from "../progress-text";

interface Flags extends ProgressFlags {
  out: string;
  json?: true;
}

const ofModel = modelOptions.omit({ contextTokens: true, products: true });
const ofSaes = z.object({ layers: setupOptions.shape.layers });
const ofText = featuresOptions.omit({ device: true, threads: true });

export function addFeatures(command: Command): void {
  command
    .argument("<saes...>", "SAEs, as for run: a folder, entries layer=path, one of the hub, a name of the catalogue")
    .requiredOption("--out <folder>", "where the pages go")
    .option("--json", "print what the folder is of as one JSON document")
    .action(interruptible(features));
  addDeclared(command, "Model:", ofModel);
  addDeclared(command, "SAEs:", ofSaes);
  addDeclared(command, "Text and features:", ofText);
}

async function features(signal: AbortSignal, sources: string[], flags: Flags): Promise<void> {
  const { layers = "all" } = declared(ofSaes, flags);
  const { threads, ...asked } = declared(ofModel, flags);
  const saes = await fetchedSaes(saeSource(sources), layers, signal, flags);
  const { model: loaded } = await loadedModel(asked, signal, flags);
  await using model = loaded;
  const { device = "auto" } = asked;
  const texts = declared(ofText, flags);
  const manifest = await showProgress(signal, flags, (progress) =>
    writeFeatures(model, saes, flags.out, {
      ...{ ...texts, texts: texts.texts!, device, signal, onProgress: progress.of("features") },
      ...(threads !== undefined && { threads }),
      onMemory: (bytes) => {
        if (!flags.quiet) progress.say([`${byteText(bytes)} are kept in memory beside the model and the encoders`]);
      },
    }),
  );
  if (flags.json) printJson(manifest);
  else {
    const nFeatures = manifest.saes.reduce((sum, { dSae }) => sum + dSae, 0);
    printLines([
      `${quantity(nFeatures, "feature")} of ${quantity(saes.length, "SAE")}, ${quantity(manifest.rows, "row")} of text`,
      `Pages: ${join(flags.out, PAGE_FILE)}`,
    ]);
  }
}
