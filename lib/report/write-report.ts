import { z } from "zod";
import { checkArguments } from "../arguments/check";
import { optionsOf, path as aPath } from "../arguments/kinds";
import { distinct, someOf, text } from "../options/kinds";
import { type Given, option } from "../options/option";
import { resolveOptions } from "../options/resolve";
import { workOptions } from "../progress";
import { join } from "node:path";
import { writeFileAtomically } from "../files/atomic-write";
import { REPORT_FILE } from "../run/directory";
import { labelsOption, type Labelled } from "../sae/labels";
import { heldRun, lockExistingRun, type HeldRun } from "../run/lock";
import { figuresOf } from "./figures/figures";
import { figureWriters, writeFigures } from "./figures/files";
import { FIGURE_FORMATS } from "./figures/formats";
import { renderReport } from "./render";
import { readReport } from "./report";

export const reportOptions = z.object({
  figures: option("write the figures as files too", distinct(someOf(FIGURE_FORMATS), "format").default([]), {
    value: FIGURE_FORMATS.join(","),
    more: "They lie in `figures`, beside the report. PNG needs the package `@resvg/resvg-js`.",
  }),
  features: option("pages of corrsteer features, to link to", text("a folder").min(1, "a folder").exactOptional(), {
    value: "folder",
    reads: "path",
    otherwise: "none",
  }),
  ...labelsOption.shape,
  ...workOptions.shape,
});

/** @interface */
export type WriteReportOptions = Given<typeof reportOptions>;

/** Where the report lies, its figures, and where the selected features are shown that have a public dashboard. */
export interface WrittenReport extends Labelled {
  readonly path: string;
  readonly figures: readonly string[];
}

const reportArguments = z.object({
  directory: aPath(),
  options: optionsOf({ ...reportOptions.partial().shape, ...heldRun.shape }),
});

/**
 * Writes `report.html` of an evaluated run into its directory: one file that needs no network. `figures/` beside it
 * where asked for.
 *
 * @throws ERR_RUN_INCOMPLETE before the evaluation; ERR_INVALID_ARGUMENT; ERR_MISSING_PACKAGE for PNG without
 * `@resvg/resvg-js`; ERR_FILE_FORMAT; ERR_FILE_WRITE; the signal's reason after an abort
 */
export async function writeReport(
  directory: string,
  options: WriteReportOptions & HeldRun = {},
): Promise<WrittenReport> {
  checkArguments(reportArguments, { directory, options });
  const { figures: formats, features, labels, onProgress, signal } = resolveOptions(reportOptions, options);
  const writers = figureWriters(formats); // before any work
  using _held = await lockExistingRun(directory, options.lock);
  const report = await readReport(directory, { features, labels, onProgress, signal });
  const figures = figuresOf(report);
  const path = join(directory, REPORT_FILE);
  await writeFileAtomically(path, await renderReport(report, figures, { onProgress, signal }));
  const { glance: _ofThePage, ...all } = figures;
  const drawn = Object.values(all).filter((figure) => figure !== undefined);
  return {
    path,
    figures: writers.length > 0 ? await writeFigures(directory, drawn, writers) : [],
    links: report.links,
    noLabels: report.noLabels,
  };
}
