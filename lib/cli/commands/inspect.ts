import type { Command } from "commander";
import { inspect, type Report } from "../../inspect/inspect";
import { featureNames, saeNames } from "../../sae/name";
import { fetchedPath } from "../fetched";
import { linkLines } from "../link-lines";
import { interruptible } from "../interruptible";
import { printJson, printLines, table } from "../output";
import type { ProgressFlags } from "../progress";
import { runLines } from "../run-lines";

export function addInspect(command: Command): void {
  command
    .argument("<path>", "GGUF file, folder of SAEs, either of the hub (hf:…), run directory, or *.steer.json")
    .option("--json", "print all of it as one JSON document")
    .action(interruptible(run));
}

async function run(signal: AbortSignal, source: string, flags: ProgressFlags & { json?: true }): Promise<void> {
  const report = await inspect(await fetchedPath(source, signal, flags), { signal });
  if (flags.json) printJson(report);
  else printLines(lines(report));
}

function lines(report: Report): string[] {
  switch (report.kind) {
    case "model":
      return modelLines(report);
    case "saes":
      return table(
        [
          ["layer", "site", "d_model", "d_sae", "activation", "|W_dec|", "median firing", "id", "path"],
          ...report.saes.map(({ id, hook, dModel, dSae, activation, k, meanDecoderNorm, sparsity, path }) => [
            String(hook.layer),
            hook.site,
            String(dModel),
            String(dSae),
            k === undefined ? activation : `${activation} ${k}`,
            meanDecoderNorm.toPrecision(4),
            sparsity ? sparsity.medianFrequency.toPrecision(3) : "-",
            id,
            path,
          ]),
        ],
        [1, 4, 7, 8],
      );
    case "profile":
      return profileLines(report);
    case "run":
      return runLines(report);
  }
}

function profileLines(profile: Extract<Report, { kind: "profile" }>): string[] {
  const { name, model, n, task, convention, features, links } = profile;
  const nameOf = saeNames(features);
  const rows = features.map(({ feature, coefficient, r, frequency, ...of }) => [
    ...[nameOf(of), String(feature)],
    ...[coefficient.toPrecision(4), r.toFixed(3), frequency.toFixed(3)],
  ]);
  return [
    `${name}: for ${model.name}, from ${n} samples of ${task}, convention ${convention}`,
    ...table([["layer", "feature", "coefficient", "r", "frequency"], ...rows]),
    ...linkLines({ links, noLabels: null }, featureNames(features)),
  ];
}

const LONGEST_VALUE = 80;

function modelLines({ metadata, ...info }: Extract<Report, { kind: "model" }>): string[] {
  const { description, nLayer, nEmbd, nVocab, nCtxTrain, nParams, sizeBytes } = info;
  const values = Object.entries(metadata).map(([key, value]) => {
    const line = JSON.stringify(value).slice(1, -1);
    return [key, line.length > LONGEST_VALUE ? `${line.slice(0, LONGEST_VALUE)}...` : line];
  });
  return [
    `${description}: ${nLayer} layers, n_embd ${nEmbd}, ${nVocab} tokens, trained context ${nCtxTrain}, ` +
      `${(nParams / 1e6).toFixed(1)} M parameters, ${(sizeBytes / 1e6).toFixed(1)} MB`,
    ...table(values, [0, 1]),
  ];
}
