import type { Command } from "commander";
import { z } from "zod";
import { DRIFTING, saeDrift, type SaeDrift } from "../../agreement/drift";
import { readingOptions, readModel } from "../../agreement/read-model";
import { given } from "../../options/given";
import { required } from "../../options/option";
import { setupOptions } from "../../pipeline/setup-options";
import { saeNames, type OfSae } from "../../sae/name";
import { loadProfile } from "../../steering/profile";
import { addDeclared, declared } from "../declared-options";
import { fetchedModel, fetchedSaes } from "../fetched";
import { interruptible } from "../interruptible";
import { printJson, printLines, table } from "../output";
import type { ProgressFlags } from "../progress";

interface Flags extends ProgressFlags {
  profile?: string;
  json?: true;
}

const saesOptions = z.object({ sae: required(setupOptions.shape.sae), layers: setupOptions.shape.layers });

export function addDrift(command: Command): void {
  command
    .argument("<first>", "GGUF model that the other is compared with, a file or of the hub (hf:…)")
    .argument("<second>", "GGUF model of the same shape and tokens")
    .option("--profile <file>", "tell each of a steering profile's features (*.steer.json)")
    .option("--json", "print all of it as one JSON document")
    .action(interruptible(drift));
  addDeclared(command, "SAEs:", saesOptions);
  addDeclared(command, "Reading:", readingOptions);
}

async function drift(signal: AbortSignal, first: string, second: string, flags: Flags): Promise<void> {
  const { sae, layers = "all" } = declared(saesOptions, flags);
  const reading = declared(readingOptions, flags);
  const asked = flags.profile === undefined ? [] : (await loadProfile(flags.profile)).features;
  const saes = await fetchedSaes(sae!, layers, signal, flags);
  const models = [await fetchedModel(first, signal, flags), await fetchedModel(second, signal, flags)] as const;
  await using rows = await readModel(models[0], saes, reading, signal);
  await using others = await readModel(models[1], saes, reading, signal);
  const { device, threads } = reading;
  const drifts: SaeDrift[] = [];
  for (const one of saes)
    drifts.push(await saeDrift(one, [rows, others], asked, { ...given({ device, threads }), signal }));
  if (flags.json) printJson(drifts);
  else printLines([...saeLines(drifts), ...featureLines(drifts)]);
}

function saeLines(drifts: readonly SaeDrift[]): string[] {
  const nameOf = namesOf(drifts);
  return table([
    ["layer", "rows NMSE", "NMSE", "top 20", "active sets", "pooled features", "median r", `r < ${DRIFTING}`, "worst"],
    ...drifts.map((drift) => {
      const { residualNmse, agreement, pooled } = drift;
      return [
        ...[nameOf(drift), residualNmse.toPrecision(2), agreement.nmse.toPrecision(2)],
        ...[agreement.top20.toFixed(3), agreement.jaccard.toFixed(3)],
        ...[String(pooled.features), pooled.medianR.toFixed(4), String(pooled.drifting)],
        pooled.worst ? `${pooled.worst.feature}: ${shown(pooled.worst.r)}` : "-",
      ];
    }),
  ]);
}

function featureLines(drifts: readonly SaeDrift[]): string[] {
  const nameOf = namesOf(drifts);
  const rows = drifts.flatMap((drift) =>
    drift.features.map(({ feature, r, texts, means }) => [
      ...[nameOf(drift), String(feature), shown(r), texts.join(", ")],
      ...means.map((mean) => mean.toPrecision(4)),
    ]),
  );
  if (rows.length === 0) return [];
  return ["", ...table([["layer", "feature", "r", "texts: first, second, both", "mean, first", "second"], ...rows])];
}

function namesOf(drifts: readonly SaeDrift[]): (drift: SaeDrift) => string {
  const told = (drift: SaeDrift): OfSae => ({ sae: drift.id, layer: drift.layer });
  const nameOf = saeNames(drifts.map(told));
  return (drift) => nameOf(told(drift));
}

function shown(r: number | null): string {
  return r === null ? "-" : r.toFixed(3);
}
