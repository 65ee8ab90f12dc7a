import { z } from "zod";
import { checkArguments } from "../arguments/check";
import { optionsOf, path as aPath, listOf, text } from "../arguments/kinds";
import { work } from "../run/kinds";
import { join } from "node:path";
import { writeFileAtomically } from "../files/atomic-write";
import { lockExistingRun, type HeldRun } from "../run/lock";
import { figuresOf } from "./figures/figures";
import { writeFigures } from "./figures/files";
import { checkFormats, type FigureFormat } from "./figures/formats";
import type { WorkOptions } from "../progress";
import { renderReport } from "./render";
import { readReport } from "./report";

export interface WriteReportOptions extends WorkOptions {
  /** Formats to write the figures in as files of their own. @default none */
  readonly figures?: readonly FigureFormat[];
}

/** Where the report lies, and its figures. */
export interface WrittenReport {
  readonly path: string;
  readonly figures: readonly string[];
}

const reportArguments = z.object({
  directory: aPath(),
  options: optionsOf({ ...work, figures: listOf(text(), "a list of formats").optional() }),
});

/**
 * Writes `report.html` of an evaluated run into its directory: one file that needs no network. `figures/` beside it
 * where asked for.
 *
 * @throws ERR_RUN_INCOMPLETE before the evaluation; ERR_INVALID_ARGUMENT; ERR_FILE_FORMAT; ERR_FILE_WRITE; the signal's
 * reason after an abort
 */
export async function writeReport(
  directory: string,
  options: WriteReportOptions & HeldRun = {},
): Promise<WrittenReport> {
  checkArguments(reportArguments, { directory, options });
  const { figures: formats = [], onProgress, signal } = options;
  checkFormats(formats);
  using _held = await lockExistingRun(directory, options.lock);
  const report = await readReport(directory, { onProgress, signal });
  const figures = figuresOf(report);
  const path = join(directory, "report.html");
  await writeFileAtomically(path, await renderReport(report, figures, { onProgress, signal }));
  const drawn = Object.values(figures).filter((figure) => figure !== undefined);
  return { path, figures: formats.length > 0 ? await writeFigures(directory, drawn, formats) : [] };
}
