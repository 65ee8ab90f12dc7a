import type { Command } from "commander";
import { join } from "node:path";
import { z } from "zod";
import { setupOptions } from "../../pipeline/setup-options";
import { convertOptions, convertSae } from "../../sae/convert";
import { addDeclared, declared } from "../declared-options";
import { fetchedSaes } from "../fetched";
import { interruptible } from "../interruptible";
import { printJson, printLines } from "../output";
import type { ProgressFlags } from "../progress";

interface Flags extends ProgressFlags {
  json?: true;
}

const options = z.object({ layers: setupOptions.shape.layers, ...convertOptions.shape });

export function addSaeConvert(group: Command): void {
  const command = group
    .command("convert")
    .description("write SAEs of any family in SAELens' format, each in a folder of its own")
    .argument("<saes>", "SAEs as --sae of run takes them: a folder, of the hub (hf:…), a name of the catalogue")
    .argument("<out>", "folder to write them in")
    .option("--json", "print the folders written as one JSON document")
    .action(interruptible(convert));
  addDeclared(command, "SAEs:", options);
}

async function convert(signal: AbortSignal, source: string, out: string, flags: Flags): Promise<void> {
  const { layers = "all", ...how } = declared(options, flags);
  const folders: string[] = [];
  for (const sae of await fetchedSaes(source, layers, signal, flags)) {
    const folder = join(out, sae.id.replaceAll("/", "-")); // a dashboard's id has some
    await convertSae(sae, folder, { ...how, signal });
    folders.push(folder);
  }
  if (flags.json) printJson({ folders });
  else printLines(folders);
}
