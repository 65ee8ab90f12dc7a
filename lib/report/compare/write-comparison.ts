import { z } from "zod";
import { checkArguments } from "../../arguments/check";
import { finite, listOf, path as aPath, shapeOf, text } from "../../arguments/kinds";
import { integer } from "../../options/kinds";
import { writeFileAtomically } from "../../files/atomic-write";
import { forestFigure, type ForestFinding, type ForestRow } from "../figures/forest";
import { percent, points } from "../format";
import { html, type Html } from "../html";
import { pageHtml } from "../page";
import { figureHtml } from "../sections/figure";
import { section, type Section } from "../sections/section";
import { table, type Column } from "../sections/table";
import { STYLE } from "../style";
import type { ArmAcrossRuns, RunComparison, RunGroup } from "./compare";
import { interval } from "../../files/schema";
import { overlapText } from "./overlap";
import type { Spread } from "./spread";

const spreadShape = shapeOf(
  { values: listOf(finite(), "numbers"), mean: finite(), sd: finite().nullable() },
  "a spread",
);
const armShape = shapeOf(
  {
    name: text(),
    role: text(),
    score: spreadShape,
    difference: spreadShape.nullable(),
    interval: interval.nullable(),
    nShown: integer(0).nullable(),
  },
  "an arm across runs",
);
const groupShape = shapeOf(
  {
    facts: z
      .record(text(), text(), "texts by name")
      .refine((facts) => "task" in facts && "model" in facts, "task and model"),
    runs: listOf(shapeOf({ seed: finite(), n: integer(0), headline: text() }, "a run"), "runs"),
    selectedOn: shapeOf({ n: integer(0), shared: integer(0) }, "how many questions runs selected on, and share"),
    arms: listOf(armShape, "arms"),
  },
  "a group of runs",
);
const comparisonArguments = z.object({
  path: aPath(),
  comparison: shapeOf({ groups: listOf(groupShape, "groups") }, "a comparison, as compareRuns gives it"),
});

/** Of a figure, in pixels. */
const WIDTH = 880;

/** Writes the comparison as a page: one file that needs no network. @throws ERR_FILE_WRITE */
export async function writeComparison(path: string, comparison: RunComparison): Promise<void> {
  checkArguments(comparisonArguments, { path, comparison });
  const sections: (Section | undefined)[] = [];
  for (const [i, group] of comparison.groups.entries()) sections.push(await groupSection(group, i));
  const title = "Runs side by side";
  const top = { id: "runs", heading: title, content: html`<h1 class="headline">${title}</h1>` };
  await writeFileAtomically(path, pageHtml({ title, kind: "corrsteer comparison", style: STYLE, top, sections }));
}

async function groupSection(group: RunGroup, index: number): Promise<Section | undefined> {
  const several = group.runs.length > 1;
  const { task, model, ...others } = group.facts;
  const heading = `${task!} on ${model!}`;
  const facts = Object.entries(others).map(([name, value]) => `${name} ${value}`);
  return section(
    `group-${index + 1}`,
    heading,
    facts.length > 0 && html`<p>${facts.join(", ")}</p>`,
    await figureHtml(spreadFigure(group, index), WIDTH),
    table(`Arms of ${heading}`, columns(several), group.arms),
    several && html`<p>${overlapText(group.selectedOn)}</p>`,
    html`<ul>
      ${group.runs.map(({ name, seed, n, headline }) => html`<li>${name}, seed ${seed}, n = ${n}: ${headline}</li> `)}
    </ul>`,
  );
}

/** The mean over runs and the range of their differences; of a single run its interval. */
function spreadFigure({ arms, runs }: RunGroup, index: number) {
  const rows = arms.flatMap(({ name, role, difference, interval: own, nShown }): ForestRow[] => {
    if (!difference) return [];
    const interval = own ?? ([Math.min(...difference.values), Math.max(...difference.values)] as const);
    const finding = findingOf(difference, nShown);
    return [{ name, difference: difference.mean, interval, finding, leads: role === "profile" }];
  });
  if (rows.length === 0) return undefined;
  const range = runs.length > 1 ? `its range over ${runs.length} seeds` : "its interval of 95\u00a0%";
  return {
    ...forestFigure([rows], "the score"),
    name: `group-${index + 1}`,
    description: `Each arm's mean difference in percentage points, and ${range}.`,
  };
}

/** What holds in every run. */
function findingOf({ mean, values }: Spread, nShown: number | null): ForestFinding {
  if (nShown === null) return "draws";
  if (nShown < values.length) return "open";
  return mean > 0 ? "raises" : "lowers";
}

function columns(several: boolean): Column<ArmAcrossRuns>[] {
  return [
    { heading: "arm", cell: ({ name }) => name },
    { heading: several ? "score, sd" : "score", cell: ({ score }) => spread(score, percent) },
    { heading: several ? "difference, sd" : "difference", cell: ({ difference }) => difference && spread(difference, points) }, // prettier-ignore
    { heading: several ? "shown in" : "shown", cell: ({ nShown, score }) => nShown !== null && `${nShown} of ${score.values.length}` }, // prettier-ignore
    { heading: "each run", text: true, cell: ({ difference }) => difference?.values.map(points).join("  ") },
  ];
}

function spread({ mean, sd }: Spread, text: (value: number) => string): Html {
  return html`<strong>${text(mean)}</strong> ${sd !== null && html`<small>± ${(100 * sd).toFixed(1)}</small>`}`;
}
