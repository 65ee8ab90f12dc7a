import type { Evaluation } from "../evaluate/evaluation";
import { hundredths } from "../evaluate/wording";
import { PUBLISHED_PAPER, type PublishedRun } from "../published/published";
import type { Ranking } from "../rank/ranking";
import { table } from "./output";

/** What the paper has of the same job, beside what came out here. */
export function publishedLines(
  published: PublishedRun | undefined,
  { task, arms }: Pick<Evaluation, "task" | "arms">,
  ranking: Pick<Ranking, "n" | "nCorrect" | "layers"> | undefined,
): string[] {
  if (!published) return ["", `Nothing is published of this model on ${task.name}.`];
  const { selection, source, note, constrained = false } = published;
  const rows = published.arms.map(({ arm, score, deviation }) => {
    const here = arms.find(({ name }) => name === arm);
    const spread = deviation === undefined ? "" : ` ±${deviation.toFixed(2)}`;
    return [arm, `${score.toFixed(2)}${spread}`, here ? hundredths(here.meanScore) : ""];
  });
  return [
    "",
    ...table([["beside the paper", "published", "here"], ...selectionRows(selection, ranking), ...rows]),
    `(${PUBLISHED_PAPER}: ${source}${note === undefined ? "" : `; ${note}`})`,
    ...(constrained === task.constrained
      ? []
      : [`Answers were held to the choices ${constrained ? "there" : "here"} only.`]),
  ];
}

function selectionRows(
  selection: PublishedRun["selection"],
  ranking: Parameters<typeof publishedLines>[2],
): string[][] {
  if (!selection) return [];
  const { n, right, ...strongest } = selection;
  const [here] = (ranking?.layers ?? []).flatMap(({ features }) => features).sort((a, b) => b.r - a.r);
  return [
    ["questions selected on", String(n), ranking ? String(ranking.n) : ""],
    ["right of them", right.toFixed(2), ranking ? hundredths(ranking.nCorrect / ranking.n) : ""],
    ["strongest feature", nameOf(strongest), here ? nameOf(here) : ""],
    ["its r", strongest.r.toFixed(3), here ? here.r.toFixed(3) : ""],
    ["its coefficient", strongest.coefficient.toFixed(3), here ? here.coefficient.toFixed(3) : ""],
  ];
}

function nameOf({ layer, feature }: { readonly layer: number; readonly feature: number }): string {
  return `${layer}:${feature}`;
}
