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
import { groupsSection } from "./sections/groups";
import { ordersSection } from "./sections/orders";
import { provenanceSection } from "./sections/provenance";
import { rankingSection } from "./sections/ranking";
import { verdictSection } from "./sections/verdict";
import { STYLE } from "./style";

/** The report as one HTML file. Same report, same bytes. */
export async function renderReport(
  report: Report,
  figures: Figures,
  { onProgress, signal }: WorkOptions = {},
): Promise<string> {
  const { evaluation, changes } = report;
  const { length: total } = Object.values(figures);
  let done = 0;
  const draw = async (figure: Figure | undefined) => {
    onProgress?.({ step: "figures", done: done++, total, unit: "figures" });
    await nextTurn(signal);
    return figureHtml(figure);
  };
  return pageHtml({
    title: `${evaluation.task.name} on ${evaluation.model.name}: corrsteer report`,
    style: STYLE,
    ...(changes.rows.length > 0 && { script: await readFile(join(__dirname, "client", "answers.js"), "utf8") }),
    body: [
      verdictSection(report),
      armsSection(evaluation, await draw(figures.arms), await draw(figures.dose)),
      controlsSection(evaluation),
      ordersSection(evaluation),
      groupsSection(evaluation),
      rankingSection(report, await draw(figures.layers), await draw(figures.rank)),
      featuresSection(report),
      answersSection(changes),
      provenanceSection(report),
    ],
  });
}
