import type { Command } from "commander";
import { z } from "zod";
import { readingOptions, readModel } from "../../agreement/read-model";
import { type KeptEncoder, verifySae } from "../../agreement/verify-sae";
import { given } from "../../options/given";
import { text } from "../../options/kinds";
import { option } from "../../options/option";
import { setupOptions } from "../../pipeline/setup-options";
import { readRows } from "../../sae/encode-file";
import type { StoredSae } from "../../sae/folder";
import { nativeLayer } from "../../sae/hook-point";
import { addDeclared, declared } from "../declared-options";
import { fetchedModel, fetchedSaes } from "../fetched";
import { interruptible } from "../interruptible";
import { printJson, printLines, table } from "../output";
import type { ProgressFlags } from "../progress";

interface Flags extends ProgressFlags {
  rows?: string;
  tensor?: string;
  json?: true;
}

const saesOptions = z.object({ layers: setupOptions.shape.layers });
const rowsOptions = z.object({
  model: option("the model whose rows are read, as --model of run", text("the path of a GGUF file").exactOptional(), {
    value: "file",
    reads: "path",
  }),
  ...readingOptions.shape,
});

export function addSaeVerify(group: Command): void {
  const command = group
    .command("verify")
    .description("measure how encoders kept as f16, bf16 and q8_0 differ from f32, on a model's own rows")
    .argument("<saes>", "SAEs as --sae of run takes them: a folder, of the hub (hf:…), a name of the catalogue")
    .option("--rows <file>", "in place of --model, a safetensors file with rows, as capture writes it")
    .option("--tensor <name>", "the tensor [n, d_model] in it (default: of the hook point, such as resid_post.3)")
    .option("--json", "print all of it as one JSON document")
    .action(interruptible(verify));
  addDeclared(command, "SAEs:", saesOptions);
  addDeclared(command, "Rows:", rowsOptions);
}

/** What is told of one SAE. */
interface Verified extends Pick<StoredSae, "id" | "path"> {
  readonly kept: readonly KeptEncoder[];
}

async function verify(signal: AbortSignal, source: string, flags: Flags, command: Command): Promise<void> {
  const { model: named, ...reading } = declared(rowsOptions, flags);
  if ((named === undefined) === (flags.rows === undefined))
    command.error("give where rows are from: --model or --rows", { exitCode: 2 });
  const saes = await fetchedSaes(source, declared(saesOptions, flags).layers ?? "all", signal, flags);
  const model = named === undefined ? undefined : await fetchedModel(named, signal, flags);
  await using rows = model === undefined ? storedRows(flags, signal) : await modelRows(model, saes, reading, signal);
  const { device, threads } = reading;
  const verified: Verified[] = [];
  for (const sae of saes) {
    const kept = await verifySae(sae, await rows.of(sae), { ...given({ device, threads }), signal });
    verified.push({ id: sae.id, path: sae.path, kept });
    if (!flags.json) printLines(lines(verified.at(-1)!));
  }
  if (flags.json) printJson(verified);
}

interface Rows extends AsyncDisposable {
  readonly of: (sae: StoredSae) => Promise<Float32Array>;
}

async function modelRows(...from: Parameters<typeof readModel>): Promise<Rows> {
  const read = await readModel(...from);
  return {
    of: ({ config }) => read.all(nativeLayer(config.hook)),
    [Symbol.asyncDispose]: () => read[Symbol.asyncDispose](),
  };
}

function storedRows({ rows, tensor }: Flags, signal: AbortSignal): Rows {
  return {
    of: ({ config: { hook, dModel } }) => readRows(rows!, tensor ?? `${hook.site}.${hook.layer}`, dModel, signal),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

function lines({ id, kept }: Verified): string[] {
  const { rows, activeFeatures } = kept[0]!.agreement!;
  return [
    `${id}: ${rows} rows, ${activeFeatures.toPrecision(3)} features active at each`,
    ...table([
      ["kept as", "bytes", "top 20", "active sets", "NMSE", "worst feature"],
      ...kept.map(({ weightType, sizeBytes, agreement, refused }) =>
        agreement === null
          ? [weightType, "-", "-", "-", "-", refused!]
          : [
              ...[weightType, String(sizeBytes), agreement.top20.toFixed(4), agreement.jaccard.toFixed(4)],
              agreement.nmse.toPrecision(2),
              agreement.worst ? `${agreement.worst.feature}: ${agreement.worst.nmse.toPrecision(2)}` : "-",
            ],
      ),
    ]),
  ];
}
