import { basename } from "node:path";
import { z } from "zod";
import { collectSettings } from "../collect/options";
import type { DrawnRole } from "../evaluate/controls/drawn";
import { CONTROLS } from "../evaluate/controls/options";
import { BUILT_IN } from "../neutral/part";
import { commandLine } from "../options/command-line";
import { givenOf } from "../options/given";
import type { About } from "../options/option";
import { pipelineOptions } from "../pipeline/pipeline";
import { shellWord } from "../options/shell-word";
import { rankSettings } from "../rank/options";
import { choiceOptions } from "../select/options";
import type { SelectionFile } from "../select/selection";
import type { Report } from "./report";

const runOptions = z.object({ ...pipelineOptions.shape, ...rankSettings.shape });

/**
 * The command that does the same again. Options that have their default are left out, but for defaults that depend on task
 * or data. Files are named without their folders, as a report is for others too: the hashes say which they were.
 */
export function commandOf(report: Report): string {
  return ["corrsteer run", ...commandLine(runOptions, valuesOf(report), shown)].join(" ");
}

function valuesOf({ manifest, ranking, selections, evaluation }: Report): Readonly<Record<string, unknown>> {
  const { environment, saeWeightType } = manifest;
  const {
    arms,
    controls,
    neutral,
    equalKl,
    orders,
    drawnInRounds: inRounds = [],
    controlsFor,
    notRun = [],
  } = evaluation;
  const drawn = (role: DrawnRole) =>
    inRounds.includes(role) ? undefined : controls.find((control) => control.role === role)?.arms.length;
  const roles = arms.map(({ role }) => role);
  const leftOut = notRun.map(({ control }) => control);
  const run = new Set<string>([
    ...roles,
    ...inRounds,
    ...leftOut,
    ...(orders ? ["orders"] : []),
    ...(neutral ? ["neutral"] : []),
  ]);
  const tunedOn = equalKl?.neutral ?? selections.selections.find(({ budget }) => budget?.neutral)?.budget?.neutral;
  const neutralText = (neutral ?? tunedOn)?.text;
  return {
    ...environment,
    ...givenOf(collectSettings, manifest),
    weightType: saeWeightType,
    ...givenOf(rankSettings, ranking),
    permutations: permutationsOf(ranking),
    stratifyBy: ranking.stratifiedBy,
    bootstrap: ranking.bootstrap?.resamples ?? 0,
    ...givenOf(choiceOptions, selections),
    variants: selections.selections.map(({ variant }) => variant),
    ...causalOptions(selections),
    ...gatedOptions(selections),
    minOutputScore: selections.selections.find(({ outputScores }) => outputScores)?.outputScores?.least,
    scales: [...new Set(arms.filter(({ role }) => role === "scale").map(({ scale }) => scale))],
    controls: CONTROLS.filter((control) => run.has(control)),
    controlsFor,
    equalKl: equalKl?.nats,
    neutralText: neutralText === BUILT_IN ? undefined : neutralText,
    randomDraws: drawn("random"),
    shuffledDraws: drawn("shuffled"),
  };
}

/** Undefined where no number was asked for. */
function permutationsOf({ null: permuted }: Report["ranking"]): number | undefined {
  return permuted?.mostPermutations === undefined ? (permuted?.permutations ?? 0) : undefined;
}

/** Of selection by effect: what it tried. */
function causalOptions({ selections }: SelectionFile): Readonly<Record<string, unknown>> {
  const record = selections.find(({ causal }) => causal)?.causal;
  if (!record) return {};
  const { candidates, outcome, pools, mostOfLayer, budget } = record;
  const doses = [...new Set(candidates.map(({ dose }) => dose))];
  const factors = (isResidual: boolean) =>
    doses.filter((dose) => dose.startsWith("residual x ") === isResidual).map((dose) => Number(dose.split(" x ")[1]));
  const layers = [...new Set(candidates.map(({ layer }) => layer))];
  const tried = layers.map(
    (of) => new Set(candidates.flatMap(({ sae, layer, feature }) => (layer === of ? [`${sae}:${feature}`] : []))),
  );
  const most = Math.max(1, ...tried.map(({ size }) => size));
  return {
    ...{ pools, candidates: mostOfLayer ?? most, budget: budget?.answers },
    ...{ grid: factors(false), residualGrid: factors(true), outcome },
  };
}

function gatedOptions({ selections }: SelectionFile): Readonly<Record<string, unknown>> {
  const record = selections.find(({ gated }) => gated)?.gated;
  if (!record || record.candidates.length === 0) return {};
  return { gateGrid: [...new Set(record.candidates.map(({ above }) => above))], outcome: record.outcome };
}

/** Of a file or folder its name, after its layer if it has one; what is no path from the root names something elsewhere. */
function shown(text: string, { reads }: About): string {
  if (reads !== "path" && reads !== "sources") return shellWord(text);
  const [, layer = "", path = ""] = /^(\d+=)?(.*)$/s.exec(text)!;
  return shellWord(`${layer}${/^([A-Za-z]:)?[\\/]/.test(path) ? basename(path) : path}`);
}
