import type { Command } from "commander";
import { exportControlVector, exportOptions } from "../../steering/control-vector/export";
import { loadProfile } from "../../steering/profile";
import { addDeclared, declared } from "../declared-options";
import { interruptible } from "../interruptible";
import { printJson, printLines } from "../output";

export function addControlVectorExport(group: Command): void {
  const command = group
    .command("export")
    .description("write a profile's vectors as a GGUF control vector, for --control-vector of llama.cpp's programs")
    .argument("<profile>", "steering profile (*.steer.json)")
    .argument("<out>", "GGUF file to write")
    .option("--json", "print the layers, and what is lost, as one JSON document")
    .action(interruptible(run));
  addDeclared(command, "Vectors:", exportOptions);
}

async function run(_signal: AbortSignal, profile: string, out: string, flags: { json?: true }): Promise<void> {
  const exported = await exportControlVector(await loadProfile(profile), out, declared(exportOptions, flags));
  if (flags.json) printJson(exported);
  else printLines([`${exported.path}: layers ${exported.layers.join(", ")}`, ...exported.losses]);
}
