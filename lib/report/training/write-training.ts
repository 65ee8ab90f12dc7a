import { join } from "node:path";
import { z } from "zod";
import { checkArguments } from "../../arguments/check";
import { path as aPath } from "../../arguments/kinds";
import { writeFileAtomically } from "../../files/atomic-write";
import { count } from "../../quantity";
import { type LayerHistory, readTraining } from "../../train/read-training";
import { html } from "../html";
import { pageHtml } from "../page";
import { figureHtml } from "../sections/figure";
import { section } from "../sections/section";
import { table } from "../sections/table";
import { STYLE } from "../style";
import { curveFigure, type Line } from "./curve";

const trainingArguments = z.object({ directory: aPath() });

/** Of a figure, in pixels. */
const WIDTH = 880;

/**
 * Writes `training.html` beside the SAEs that `trainSaes` made, and returns its path: how they came to be, in one file that
 * needs no network.
 *
 * @throws ERR_FILE_FORMAT where no training is, or it is not done; ERR_FILE_WRITE
 */
export async function writeTrainingPage(directory: string): Promise<string> {
  checkArguments(trainingArguments, { directory });
  const { record, layers } = await readTraining(directory);
  const { batchRows, dSae, k } = record.options;
  const tokens = batchRows * layers[0]!.loss.length;
  const linesOf = (valueOf: (layer: LayerHistory, step: number) => number): Line[] =>
    layers.map((of) => ({
      name: `layer ${of.layer}`,
      values: Array.from(of.loss, (_, step) => valueOf(of, step)),
    }));
  const explained = curveFigure(
    {
      name: "explained",
      title: "Explained variance",
      description: "The share of the variance of each step's rows that the reconstruction explains, by layer.",
    },
    linesOf(({ loss, variance }, step) => (variance[step]! > 0 ? Math.max(0, 1 - loss[step]! / variance[step]!) : 0)),
    tokens,
    "explained",
  );
  const dead = curveFigure(
    {
      name: "dead",
      title: "Dead features",
      description: "Features that were not active in a twentieth of all steps, by layer.",
    },
    linesOf(({ deadBySteps }, step) => deadBySteps[step]!),
    tokens,
    "features",
  );
  const title = `${layers.length === 1 ? "An SAE" : `${layers.length} SAEs`} of ${record.model.name || record.model.architecture}`;
  const what = `${count(dSae)} features each, ${k} active on a token, trained on ${count(tokens)} tokens`;
  const top = {
    id: "training",
    heading: "Training",
    content: html`<h1 class="headline">${title}</h1>
      <p>${what}</p>`,
  };
  const sections = [
    section("explained", "Explained variance", await figureHtml(explained, WIDTH)),
    section("dead", "Dead features", await figureHtml(dead, WIDTH)),
    section("layers", "Layers", layersTable(layers)),
    section("again", "What was run", html`<pre>${JSON.stringify(record, null, 2)}</pre>`),
  ];
  const path = join(directory, "training.html");
  await writeFileAtomically(path, pageHtml({ title, kind: "corrsteer training", style: STYLE, top, sections }));
  return path;
}

/** How each did on the last twentieth of its tokens. */
function layersTable(layers: readonly LayerHistory[]) {
  return table(
    "Layers",
    [
      { heading: "layer", cell: ({ layer }) => layer },
      { heading: "explained variance", cell: ({ explainedVariance }) => explainedVariance.toFixed(4) },
      { heading: "features a token", cell: ({ active }) => active.toFixed(1) },
      { heading: "dead", cell: ({ dead }) => dead.toFixed(0) },
    ],
    layers,
  );
}
