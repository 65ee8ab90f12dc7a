import type { ArmSummary, Evaluation } from "../../evaluate/evaluation";
import type { Report } from "../report";
import { doseFigure } from "./dose";
import type { Figure } from "./figure";
import { forestFigure, type ForestRow } from "./forest";
import { layersFigure } from "./layers";
import { rankFigure } from "./rank";

export interface Figures {
  readonly arms: Figure | undefined;
  readonly dose: Figure | undefined;
  readonly layers: Figure;
  readonly rank: Figure;
}

/** Those that the report's numbers allow. */
export function figuresOf({ evaluation, ranking, points, features }: Report): Figures {
  const rows = forestRows(evaluation);
  const selected = features.map(({ ranked }) => ranked);
  return {
    arms: rows.length > 0 ? forestFigure(rows) : undefined,
    dose: doseFigure(evaluation),
    layers: layersFigure(ranking, selected),
    rank: rankFigure(points, ranking, selected),
  };
}

/** Profiles, then single controls, then draws of controls as one row each. The doses have a figure of their own. */
function forestRows({ arms, controls }: Evaluation): ForestRow[] {
  const row = ({ name, comparison }: ArmSummary, kind: ForestRow["kind"]): ForestRow[] =>
    comparison ? [{ name, difference: comparison.difference, interval: comparison.interval, kind }] : [];
  const apart = new Set(["baseline", "profile", "scale", "random", "shuffled"]);
  return [
    ...arms.filter(({ role }) => role === "profile").flatMap((arm) => row(arm, "profile")),
    ...arms.filter(({ role }) => !apart.has(role)).flatMap((arm) => row(arm, "control")),
    ...controls.map(({ role, profile, arms, meanDifference, range }): ForestRow => ({
      name: `${role} ×${arms.length} for ${profile}`,
      difference: meanDifference,
      interval: range,
      kind: "draws",
    })),
  ];
}
