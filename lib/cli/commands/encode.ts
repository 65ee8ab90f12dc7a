import type { Command } from "commander";
import { z } from "zod";
import { encodeFile } from "../../sae/encode-file";
import { saeOptions } from "../../sae/options";
import { Sae } from "../../sae/sae";
import { onlySae } from "../../sae/set";
import { integer } from "../../options/kinds";
import { option, required } from "../../options/option";
import { setupOptions } from "../../pipeline/setup-options";
import { addDeclared, declared } from "../declared-options";
import { fetchedSaes } from "../fetched";
import { interruptible } from "../interruptible";
import { printJson, printLines } from "../output";
import type { ProgressFlags } from "../progress";

interface Flags extends ProgressFlags {
  rows: string;
  tensor: string;
  out: string;
  json?: true;
}

const sources = z.object({
  sae: required(setupOptions.shape.sae),
  layer: option("which SAE, when there is more than one", integer(0).exactOptional()),
});

export function addEncode(command: Command): void {
  command
    .requiredOption("--rows <file>", "safetensors file with the rows")
    .requiredOption("--tensor <name>", "the tensor [n, d_model] in it, for example resid_post.3")
    .requiredOption("--out <file>", "safetensors file to write")
    .option("--json", "print the file and the shape of acts as one JSON document")
    .action(interruptible(encode));
  addDeclared(command, "SAE:", z.object({ ...sources.shape, ...saeOptions.shape }));
}

async function encode(signal: AbortSignal, flags: Flags): Promise<void> {
  const { sae: source, layer } = declared(sources, flags);
  const folder = onlySae(await fetchedSaes(source!, layer === undefined ? "all" : [layer], signal, flags), layer);
  await using sae = await Sae.load(folder, { ...declared(saeOptions, flags), signal });
  const { path, shape } = await encodeFile(sae, flags.rows, flags.tensor, flags.out, { signal });
  if (flags.json) printJson({ path, shape });
  else printLines([`${path}: acts [${shape.join(", ")}]`]);
}
