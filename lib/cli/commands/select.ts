import type { Command } from "commander";
import { selectStage } from "../../pipeline/stages";
import { choiceOptions } from "../../select/options";
import type { SelectedProfile } from "../../select/select";
import { quantity } from "../../quantity";
import { ALPHA } from "../../statistics/alpha";
import { gatedWords } from "../../select/gated-words";
import {
  RISES,
  type CausalRecord,
  type DroppedLayer,
  type GatedRecord,
  type JointRecord,
  type OutputScoreRecord,
  type Selection,
} from "../../select/selection";
import { labelLinks, labelsOption, type Labelled } from "../../sae/labels";
import { featureLinks } from "../../sae/links";
import { featureNames, type FeatureKey } from "../../sae/name";
import { tellOfCausal } from "../ahead-lines";
import { addDeclared, declared } from "../declared-options";
import { BEGINS_AGAIN, interruptible } from "../interruptible";
import { linkLines } from "../link-lines";
import { printJson, printLines } from "../output";
import { onRun } from "../on-run";
import type { ProgressFlags } from "../progress";
import { addOverrideOptions } from "../setup-options";

interface Flags extends ProgressFlags {
  json?: true;
}

export function addSelect(command: Command): void {
  command
    .argument("<folder>", "a run directory that was ranked")
    .option("--json", "print the selections as one JSON document")
    .action(interruptible(run, BEGINS_AGAIN));
  addOverrideOptions(addDeclared(addDeclared(command, "Selecting:", choiceOptions), "Options:", labelsOption));
}

async function run(signal: AbortSignal, directory: string, flags: Flags): Promise<void> {
  const { selected, labelled } = await onRun("select", directory, { signal, flags }, async (inputs, work, progress) => {
    const onCausalAhead = tellOfCausal(progress, flags);
    const selected = await selectStage(inputs, directory, {
      ...declared(choiceOptions, flags),
      onCausalAhead,
      ...work,
    });
    const features = selected.flatMap(({ features }) => features);
    const saes = selected.flatMap(({ profile }) => profile.saes);
    return {
      selected,
      labelled: await labelLinks(featureLinks(features, saes), { ...declared(labelsOption, flags), ...work }),
    };
  });
  if (flags.json) printJson(selected.map(({ profile: _inPath, ...selection }) => withLinks(selection, labelled)));
  else printLines(selectionLines(selected, labelled));
}

function withLinks<T extends Selection>(selection: T, { links }: Labelled) {
  const isChosen = ({ sae, feature }: FeatureKey) =>
    selection.features.some((chosen) => chosen.sae === sae && chosen.feature === feature);
  return { ...selection, links: links.filter(isChosen) };
}

function selectionLines(selected: readonly SelectedProfile[], labelled: Labelled): string[] {
  const nameOf = featureNames(selected.flatMap(({ features, dropped }) => [...features, ...dropped]));
  return [...selected.flatMap((profile) => lines(profile, nameOf)), ...linkLines(labelled, nameOf)];
}

/** The profile with its features, and what speaks against the layers that are not in it. */
function lines(selected: SelectedProfile, nameOf: (feature: FeatureKey) => string): string[] {
  const { variant, features, dropped, path, outputScores, joint, causal, gated, budget } = selected;
  const chosen = features.map((feature) => `${nameOf(feature)} x ${feature.coefficient.toPrecision(3)}`);
  return [
    `${variant}: ${gated ? gatedWords(gated) : chosen.join(", ") || "no feature helps: it steers nothing"}`,
    ...(dropped.length > 0
      ? [`  may be chance, left out: ${dropped.map((layer) => `${nameOf(layer)} ${whyDropped(layer)}`).join(", ")}`]
      : []),
    ...(outputScores ? [`  ${acting(outputScores)}`] : []),
    ...(joint ? [`  ${fitting(joint)}`] : []),
    ...(causal ? [`  ${screening("candidate", causal)}${withinBudget(causal)}`] : []),
    ...(gated ? [`  ${screening("threshold", gated)}`] : []),
    ...(budget ? [`  ${scaling(budget)}`] : []),
    `  ${path}`,
  ];
}

function scaling({ scale, meanKl, neutral }: NonNullable<SelectedProfile["budget"]>): string {
  const texts = neutral ? ` on ${quantity(neutral.nTexts, "neutral text")}, which evaluation leaves out` : "";
  return `scaled by ${scale.toPrecision(3)}: ${meanKl.toPrecision(2)} nats a token${texts}`;
}

function acting({ features, least }: OutputScoreRecord): string {
  const n = features.filter(({ score }) => score >= least).length;
  return `${n} of ${quantity(features.length, "feature")} have an output score of at least ${least}`;
}

function fitting({ nCandidates, nFits, agreement, features }: JointRecord): string {
  const n = features.filter(({ kept }) => kept).length;
  return `${n} of ${quantity(nCandidates, "feature")} are in ${100 * agreement} % of ${nFits} sparse fits`;
}

function withinBudget({ budget }: CausalRecord): string {
  if (!budget) return "";
  const { answers, leftOut, ranOut } = budget;
  const joining = ranOut ? ", and none left to join what helps" : "";
  return `; of a budget of ${answers}, which left out ${quantity(leftOut, "candidate")}${joining}`;
}

function whyDropped({ r, familyWiseP }: DroppedLayer): string {
  return `(r ${r.toFixed(3)}, family-wise p ${familyWiseP?.toFixed(3) ?? "unknown"})`;
}

function screening(what: string, { outcome, candidates, stages, cost }: CausalRecord | GatedRecord): string {
  const early = candidates.filter(({ droppedAtStage }) => droppedAtStage !== null).length;
  const significant = candidates.filter(({ adjustedP }) => adjustedP !== null && adjustedP < ALPHA).length;
  const helpful = candidates.filter(({ helps }) => helps).length;
  return (
    `${quantity(candidates.length, what)} on ${stages.at(-1) ?? 0} questions: ${early} given up early, ` +
    `${significant} raise ${RISES[outcome]}, ${helpful} of them without a loss in score; ` +
    `${cost.answers} answers, ${cost.decodedTokens} tokens`
  );
}
