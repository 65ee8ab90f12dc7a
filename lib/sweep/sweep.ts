import { existsSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { collectSettings } from "../collect/options";
import { errorCode, errorMessage } from "../errors";
import { toJson } from "../files/json";
import { downloadOption } from "../hub/fetch-files";
import { givenOf } from "../options/given";
import { callback, text } from "../options/kinds";
import { type Given, option } from "../options/option";
import { resolveOptions } from "../options/resolve";
import { runPipeline, type PipelineOptions } from "../pipeline/pipeline";
import { resolveSetup } from "../pipeline/setup";
import { workOptions, type Progress } from "../progress";
import { compareRuns, type RunComparison } from "../report/compare/compare";
import { writeComparison } from "../report/compare/write-comparison";
import { writeReport } from "../report/write-report";
import { RunLock } from "../run/lock";
import { isComplete } from "../run/run";
import { SweepRecords, type CellError } from "./records";
import { shareCollection } from "./share";

/** One run of a sweep. */
export interface SweepCell {
  /** Of its folder; each cell has another. */
  readonly name: string;
  /** Of the whole job, as JSON can hold them. */
  readonly options: PipelineOptions;
}

/** How a cell ended. */
export interface SweptCell {
  readonly name: string;
  readonly directory: string;
  /** Whether it was done before. */
  readonly before: boolean;
  /** Null where it is done. */
  readonly error: CellError | null;
}

export interface Sweep {
  readonly cells: readonly SweptCell[];
  /** Of the cells that are done; undefined where none is. */
  readonly comparison?: RunComparison;
  /** That comparison as a page. */
  readonly page?: string;
}

export interface SweepProgress extends Progress {
  readonly cell: string;
  readonly stage: string;
}

export const sweepOptions = z.object({
  directory: option(
    "where the runs go, each in a folder of its own, new or to go on with",
    text("the path of a folder"),
    {
      flag: "out",
      value: "folder",
    },
  ),
  onCell: callback<(cell: SweptCell) => void>().optional(),
  onProgress: callback<(progress: SweepProgress) => void>().optional(),
  ...downloadOption.shape,
  signal: workOptions.shape.signal,
});

const PAGE = "comparison.html";

/** A cell with its options as the whole job resolves them. */
interface Prepared extends SweepCell {
  readonly directory: string;
  readonly resolved: object;
  /** Equal for cells that collect the same. */
  readonly collection: string;
}

/**
 * Does the whole job for each cell, one after another. Cells of one collection share it; a cell that fails is told of and the
 * others go on; one that ended well before with the same options is not done again. Then all that are done are compared.
 *
 * @throws ERR_INVALID_ARGUMENT, ERR_OUT_OF_RANGE for an option of any cell, before the first; ERR_RUN_LOCKED while another
 * process does this sweep; ERR_FILE_FORMAT; ERR_FILE_WRITE; the signal's reason after an abort
 */
export async function runSweep(cells: readonly SweepCell[], options: Given<typeof sweepOptions>): Promise<Sweep> {
  const { directory, onCell, signal } = resolveOptions(sweepOptions, options);
  const prepared = cells.map((cell) => prepare(cell, directory));
  using _held = await RunLock.take(directory);
  const records = await SweepRecords.read(directory);
  const swept: SweptCell[] = [];
  for (const cell of prepared) {
    signal?.throwIfAborted();
    const { name, resolved } = cell;
    const before = records.isDone(name, resolved) && existsSync(join(cell.directory, "evaluation.json"));
    const error = before ? null : await tryCell(cell, prepared, options);
    if (!before) await records.add(name, resolved, error);
    const ended = { name, directory: cell.directory, before, error };
    onCell?.(ended);
    swept.push(ended);
  }
  const done = swept.filter(({ error }) => error === null).map((cell) => cell.directory);
  if (done.length === 0) return { cells: swept };
  const comparison = await compareRuns(done, { signal });
  const page = join(directory, PAGE);
  await writeComparison(page, comparison);
  return { cells: swept, comparison, page };
}

function prepare(cell: SweepCell, sweep: string): Prepared {
  const setup = resolveSetup(cell.options);
  const collection = toJson({ setup, collect: resolveOptions(collectSettings, cell.options) });
  return { ...cell, directory: join(sweep, cell.name), resolved: { ...cell.options, ...setup }, collection };
}

/** @returns why it failed @throws the signal's reason after an abort */
async function tryCell(
  cell: Prepared,
  all: readonly Prepared[],
  options: Given<typeof sweepOptions>,
): Promise<CellError | null> {
  try {
    await runCell(cell, all, options);
    return null;
  } catch (error) {
    options.signal?.throwIfAborted();
    return { code: errorCode(error) ?? "ERR_INTERNAL", message: errorMessage(error) };
  }
}

async function runCell(
  { name, directory, options: own, collection }: Prepared,
  all: readonly Prepared[],
  options: Given<typeof sweepOptions>,
): Promise<void> {
  const { onProgress, signal } = options;
  const of = (stage: string) => onProgress && ((progress: Progress) => onProgress({ ...progress, cell: name, stage }));
  const collected = all.find((other) => other.collection === collection && isComplete(other.directory));
  if (collected && !existsSync(directory)) await shareCollection(collected.directory, directory);
  await runPipeline({
    ...own,
    ...givenOf(downloadOption, options),
    directory,
    onProgress: onProgress && ((progress) => onProgress({ ...progress, cell: name })),
    onEvaluated: async (_run, lock) => {
      await writeReport(directory, { lock, onProgress: of("report"), signal });
    },
    signal,
  });
}
