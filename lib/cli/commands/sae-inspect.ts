import type { Command } from "commander";
import { inspectSaes, type Range, type SaeReport } from "../../inspect/saes";
import { fetchedPath } from "../fetched";
import { interruptible } from "../interruptible";
import { printJson, printLines, table } from "../output";
import type { ProgressFlags } from "../progress";

export function addSaeInspect(group: Command): void {
  group
    .command("inspect")
    .description("say all that there is to say of each SAE without a model")
    .argument("<saes>", "SAEs as --sae of run takes them: a folder, of the hub (hf:…), a name of the catalogue")
    .option("--json", "print it as one JSON document, as inspect does")
    .action(interruptible(run));
}

async function run(signal: AbortSignal, source: string, flags: ProgressFlags & { json?: true }): Promise<void> {
  const report = await inspectSaes(await fetchedPath(source, signal, flags), { signal });
  if (flags.json) printJson(report);
  else printLines(report.saes.flatMap((sae, i) => (i === 0 ? lines(sae) : ["", ...lines(sae)])));
}

function lines(sae: SaeReport): string[] {
  const { id, family, path, hook, dModel, dSae, activation, k, sparsity, dashboard, tensors } = sae;
  const { layer, site } = hook;
  const facts = [
    ["family", family],
    ["path", path],
    ["reads", `${site === "resid_post" ? "output" : "input"} of block ${layer}, rows of ${dModel} values`],
    ["of model", sae.modelName ?? "not said"],
    ["features", `${dSae}, ${k === undefined ? activation : `${activation} ${k}`}`],
    ["rows are", `${normalised(sae)}${sae.subtractDecoderBias ? ", less the decoder's bias" : ""}`],
    ["decoder rows", `norm ${inWords(sae.decoderNorms)}`],
    ["thresholds", sae.thresholds ? inWords(sae.thresholds) : "none"],
    ...(sparsity
      ? [["in training", `median frequency ${number(sparsity.medianFrequency)}, ${sparsity.neverFired} never fired`]]
      : []),
    ["dashboard", dashboard ?? "none"],
    ["tensors", tensors.map(({ name, dtype, shape }) => `${name} ${dtype} [${shape.join(", ")}]`).join(", ")],
  ];
  return [id, ...table(facts, [0, 1]).map((line) => `  ${line}`)];
}

function normalised({ inputNormalization }: SaeReport): string {
  switch (inputNormalization) {
    case "none":
      return "as they are";
    case "center":
      return "less their own mean";
    case "layer_norm":
      return "less their own mean, by their own deviation";
    case "constant_norm_rescale":
      return "scaled to norm sqrt(d)";
  }
}

function inWords({ least, median, most }: Range): string {
  return `${number(least)} to ${number(most)}, median ${number(median)}`;
}

function number(value: number): string {
  return String(Number(value.toPrecision(3)));
}
