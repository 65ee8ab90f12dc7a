import type { Ranking } from "../rank/ranking";
import type { SelectionFile } from "../select/selection";
import type { RunManifest } from "../run/manifest";
import type { OfficialMode } from "./official-features";

/** What the published code calls a run's model and task. */
export interface OfficialNames {
  readonly model: string;
  readonly task: string;
  /** The part of the data set, for BBQ. */
  readonly filter?: string;
}

const MODELS: readonly (readonly [pattern: RegExp, name: string])[] = [
  [/gemma-2-2b/i, "gemma2b"],
  [/llama-3\.1-8b/i, "llama8"],
];
const TASKS: Readonly<Record<string, Pick<OfficialNames, "task" | "filter">>> = {
  "mmlu-pro": { task: "mmlupro" },
  "bbq-ambig": { task: "bbq", filter: "ambig" },
  "bbq-disambig": { task: "bbq", filter: "disambig" },
};
const CRITERIA: Readonly<Record<Ranking["score"], string>> = {
  pearson: "corr",
  "mutual-information": "mi",
  "mutual-information-quantile": "mi-quantile",
  fisher: "fisher",
  "mean-difference": "caa",
  auroc: "auroc",
};

/** A model or task that the published code does not have keeps its own name, as far as a file name allows. */
export function officialNames({ model, task }: Pick<RunManifest, "model" | "task">): OfficialNames {
  const known = MODELS.find(([pattern]) => pattern.test(model.name))?.[1];
  return { model: known ?? plain(model.name), ...(TASKS[task.name] ?? { task: plain(task.name) }) };
}

/** The name of the file of features, without its ending: what is not the published default is in it. */
export function featuresFileName(
  { model, task, filter }: OfficialNames,
  mode: OfficialMode,
  ranking: Ranking,
  { decode }: Pick<SelectionFile, "decode">,
  { asked }: RunManifest["task"],
): string {
  return [
    ...[`${model}_${task}`, String(mode), CRITERIA[ranking.score]],
    ...[ranking.pooling, ranking.steerPooling].filter((pooling) => pooling !== "max"),
    ...(asked && asked.fewShot > 0 ? [`f${asked.fewShot}`] : []),
    ...(asked?.category === undefined ? [] : [plain(asked.category)]),
    ...(filter === undefined ? [] : [filter]),
    ...(decode ? ["decode"] : []),
    ...(ranking.reverse ? ["reverse"] : []),
  ].join("_");
}

/** The name of the file of an arm's answers, without its ending. @param layers the steered ones; none for the baseline */
export function answersFileName(
  { model, task, filter }: OfficialNames,
  features: readonly { layer: number; feature: number; coefficient: number }[],
): string {
  const [first] = features;
  const steered =
    first === undefined
      ? "eval"
      : features.length === 1
        ? `${first.layer}_${first.feature}_${first.coefficient.toFixed(0)}`
        : `multi_${features.length}`;
  return [model, task, ...(filter === undefined ? [] : [filter]), steered].join("_");
}

function plain(name: string): string {
  return name.replace(/[^\w.-]+/g, "-");
}
