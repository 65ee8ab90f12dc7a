import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Figures } from "./figures/figures";
import { pageHtml } from "./page";
import type { Report } from "./report";
import { answersSection } from "./sections/answers";
import { armsSection } from "./sections/arms";
import { controlsSection } from "./sections/controls";
import { featuresSection } from "./sections/features";
import { figureHtml } from "./sections/figure";
import { groupsSection } from "./sections/groups";
import { provenanceSection } from "./sections/provenance";
import { rankingSection } from "./sections/ranking";
import { verdictSection } from "./sections/verdict";
import { STYLE } from "./style";

/** The report as one HTML file. Same report, same bytes. */
export async function renderReport(report: Report, figures: Figures): Promise<string> {
  const { evaluation, changes } = report;
  return pageHtml({
    title: `${evaluation.task.name} on ${evaluation.model.name}: corrsteer report`,
    style: STYLE,
    ...(changes.rows.length > 0 && { script: await readFile(join(__dirname, "client", "answers.js"), "utf8") }),
    body: [
      verdictSection(report),
      armsSection(evaluation, await figureHtml(figures.arms), await figureHtml(figures.dose)),
      controlsSection(evaluation),
      groupsSection(evaluation),
      rankingSection(report, await figureHtml(figures.layers), await figureHtml(figures.rank)),
      featuresSection(report),
      answersSection(changes),
      provenanceSection(report),
    ],
  });
}
