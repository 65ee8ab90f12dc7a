import type { RunReport, StageReport } from "../inspect/run";
import { count, quantity } from "../quantity";
import { table } from "./output";

/** A run directory: what it is of, its SAEs, and how far its stages are. */
export function runLines({ path, model, saes, task, seed, keep, convention, stages, headline }: RunReport): string[] {
  const facts = [`${task.name} on ${model.name}`, ...(seed === null ? [] : [`seed ${seed}`])];
  const problems = stages.flatMap(({ problem }) => problem ?? []);
  return [
    `${path}: ${facts.join(", ")}`,
    ...table(
      [
        ["model", `${model.architecture}, ${model.nLayer} layers, n_embd ${model.nEmbd}, SHA-256 ${model.sha256}`],
        ...(model.adapters ?? []).map(({ sha256, scale }) => ["adapter", `scale ${scale}, SHA-256 ${sha256}`]),
        ["task", `${task.kind}, scored by ${task.scorer}`],
        ["activations", `${keep}, convention ${convention}`],
      ],
      [0, 1],
    ),
    "",
    ...table(
      [
        ["layer", "site", "d_model", "d_sae", "id"],
        ...saes.map(({ id, layer, site, dModel, dSae }) => [String(layer), site, String(dModel), String(dSae), id]),
      ],
      [1, 4],
    ),
    "",
    ...table(
      [["stage", "state", "holds"], ...stages.map((stage) => [stage.stage, stage.state, holds(stage)])],
      [0, 1, 2],
    ),
    ...(headline === null ? [] : ["", headline]),
    ...(problems.length === 0 ? [] : ["", ...problems]),
  ];
}

function holds({ stage, counts }: StageReport): string {
  const { samples = 0, of, ...others } = counts;
  const parts = Object.entries(of === undefined ? counts : others).map(([what, n]) => {
    return stage === "select" ? `${what}: ${quantity(n, "feature")}` : quantity(n, what.replace(/s$/, ""));
  });
  return [...(of === undefined ? [] : [`${count(samples)} of ${quantity(of, "sample")}`]), ...parts].join(", ");
}
