import type { Command } from "commander";
import { z } from "zod";
import { loadUnknown } from "../../model/load-unknown";
import { modelOptions } from "../../model/options";
import { importControlVector, importOptions } from "../../steering/control-vector/import";
import { saveProfile } from "../../steering/profile";
import { addDeclared, declared } from "../declared-options";
import { fetchedModel } from "../fetched";
import { interruptible } from "../interruptible";
import { printJson, printLines } from "../output";
import type { ProgressFlags } from "../progress";

interface Flags extends ProgressFlags {
  json?: true;
}

const sources = z.object({ model: modelOptions.shape.model });

export function addControlVectorImport(group: Command): void {
  const command = group
    .command("import")
    .description("make a steering profile of a GGUF control vector, as llama.cpp and repeng write it")
    .argument("<file>", "GGUF control vector")
    .argument("<out>", "profile to write (*.steer.json)")
    .option("--json", "print the path and the layers as one JSON document")
    .action(interruptible(run));
  addDeclared(command, "Model:", sources);
  addDeclared(command, "Vectors:", importOptions);
}

async function run(signal: AbortSignal, file: string, out: string, flags: Flags): Promise<void> {
  const { model: path } = declared(sources, flags);
  await using model = await loadUnknown(await fetchedModel(path!, signal, flags), { signal });
  const profile = await importControlVector(file, model, { ...declared(importOptions, flags), signal });
  await saveProfile(out, profile);
  const layers = Array.from(profile.vectors.layers);
  if (flags.json) printJson({ path: out, layers });
  else printLines([`${out}: layers ${layers.join(", ")}`]);
}
