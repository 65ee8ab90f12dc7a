import { verdict } from "../../evaluate/verdict";
import type { Report } from "../report";
import { doseFigure } from "./dose";
import type { Figure } from "./figure";
import { forestFigure } from "./forest";
import { armGroups, fitting } from "./forest-groups";
import { frontFigure } from "./front";
import { layersFigure } from "./layers";
import { rankFigure } from "./rank";

/** Rows that a telephone has room for below the headline. */
const ROOM = 22;

export interface Figures {
  /** Of the first screen: `arms`, or as much of it as has room there. */
  readonly glance: Figure | undefined;
  readonly arms: Figure | undefined;
  readonly dose: Figure | undefined;
  readonly front: Figure | undefined;
  readonly layers: Figure;
  readonly rank: Figure;
}

/** Those that the report's numbers allow. */
export function figuresOf({ evaluation, ranking, points, features }: Report): Figures {
  const selected = features.map(({ ranked }) => ranked);
  return {
    ...armsFigures(evaluation),
    dose: doseFigure(evaluation),
    front: frontFigure(evaluation),
    layers: layersFigure(ranking, selected),
    rank: rankFigure(points, ranking, selected),
  };
}

function armsFigures(evaluation: Report["evaluation"]): Pick<Figures, "glance" | "arms"> {
  const all = armGroups(evaluation, verdict(evaluation));
  if (all.length === 0) return { glance: undefined, arms: undefined };
  const figure = (groups: typeof all) => forestFigure(groups.map(({ rows }) => rows), evaluation.metric); // prettier-ignore
  const arms = figure(all);
  const { groups, leftOut } = fitting(all, ROOM);
  if (leftOut.length === 0) return { glance: arms, arms };
  const glance = figure(groups);
  return { arms, glance: { ...glance, description: `${glance.description} Further down: ${leftOut.join(", ")}.` } };
}
