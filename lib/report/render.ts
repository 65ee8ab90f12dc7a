import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { nextTurn } from "../next-turn";
import type { WorkOptions } from "../progress";
import type { Figure } from "./figures/figure";
import type { Figures } from "./figures/figures";
import { pageHtml } from "./page";
import type { Report } from "./report";
import { answersSection } from "./sections/answers";
import { armsSection } from "./sections/arms";
import { controlsSection } from "./sections/controls";
import { featuresSection } from "./sections/features";
import { figureHtml } from "./sections/figure";
import { findingsSection } from "./sections/findings";
import { groupsSection } from "./sections/groups";
import { ordersSection } from "./sections/orders";
import { provenanceSection } from "./sections/provenance";
import { rankingSection } from "./sections/ranking";
import { verdictSection } from "./sections/verdict";
import { STYLE } from "./style";

/** Widths in pixels: of the page, beside the numbers of the first screen, and of one of two. */
const WIDTHS = { whole: 1000, beside: 800, half: 540 };

/** The report as one HTML file. Same report, same bytes. */
export async function renderReport(
  report: Report,
  figures: Figures,
  { onProgress, signal }: WorkOptions = {},
): Promise<string> {
  const { evaluation, changes } = report;
  const { length: total } = Object.values(figures);
  let done = 0;
  const draw = async (figure: Figure | undefined, width: keyof typeof WIDTHS) => {
    onProgress?.({ step: "figures", done: done++, total, unit: "figures" });
    await nextTurn(signal);
    return figureHtml(figure, WIDTHS[width]);
  };
  const { glance, arms, dose, front, layers, rank } = figures;
  return pageHtml({
    title: `${evaluation.task.name} on ${evaluation.model.name}: corrsteer report`,
    kind: "corrsteer report",
    style: STYLE,
    ...(changes.rows.length > 0 && { script: await readFile(join(__dirname, "client", "answers.js"), "utf8") }),
    top: verdictSection(report, await draw(glance, "beside")),
    sections: [
      findingsSection(evaluation),
      armsSection(evaluation, {
        forest: await draw(arms === glance ? undefined : arms, "whole"),
        dose: await draw(dose, "whole"),
        front: await draw(front, "whole"),
      }),
      controlsSection(evaluation),
      ordersSection(evaluation),
      groupsSection(evaluation),
      rankingSection(report, await draw(layers, "half"), await draw(rank, "half")),
      featuresSection(report),
      answersSection(changes),
      provenanceSection(report),
    ],
  });
}
