import type { Command } from "commander";
import { encodeFile } from "../sae/encode-file";
import { Sae, type SaeOptions } from "../sae/sae";
import { findSaes, saeOfLayer } from "../sae/set";
import { given } from "../options/given";
import { interruptible } from "./interruptible";
import { addDeviceOptions, type DeviceFlags, number } from "./options";
import { printJson, printLines } from "./output";
import { addSaeOption, type SaeFlags, saeSource } from "./sae-option";

interface EncodeFlags extends DeviceFlags, SaeFlags, Pick<SaeOptions, "weightType"> {
  layer?: number;
  rows: string;
  tensor: string;
  out: string;
  json?: true;
}

export function addEncode(program: Command): void {
  addDeviceOptions(addSaeOption(program.command("encode")))
    .description("write the SAE activations of residual rows to a safetensors file, as acts [n, d_sae]")
    .option("--layer <n>", "which SAE, when there is more than one", number)
    .requiredOption("--rows <file>", "safetensors file with the rows")
    .requiredOption("--tensor <name>", "the tensor [n, d_model] in it, for example resid_post.3")
    .option("--weight-type <f32|f16|bf16|q8_0>", "how the encoder is kept")
    .requiredOption("--out <file>", "safetensors file to write")
    .option("--json", "print the file and the shape of acts as one JSON document")
    .action(interruptible(encode));
}

async function encode(signal: AbortSignal, flags: EncodeFlags): Promise<void> {
  const { device, threads, weightType } = flags;
  const folder = saeOfLayer(await findSaes(saeSource(flags.sae)), flags.layer);
  await using sae = await Sae.load(folder, { ...given({ device, threads, weightType }), signal });
  const { path, shape } = await encodeFile(sae, flags.rows, flags.tensor, flags.out);
  if (flags.json) printJson({ path, shape });
  else printLines([`${path}: acts [${shape.join(", ")}]`]);
}
