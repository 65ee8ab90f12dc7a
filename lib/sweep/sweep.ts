import { existsSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { collectSettings } from "../collect/options";
import { errorCode, errorMessage, invalidArgument, SteeringError } from "../errors";
import { EVALUATION_FILE } from "../evaluate/evaluation";
import { toJson } from "../files/json";
import { downloadOption } from "../hub/fetch-files";
import { given, givenOf } from "../options/given";
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
import { PLAN_FILE } from "../shard/plan";
import { runInShards, runOf, sweepShardOptions } from "./in-shards";
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
  /** Null where it is done, or waits. */
  readonly error: CellError | null;
  /** What workers have to do before the same sweep goes on with it; null where it waits for none. */
  readonly waiting: string | null;
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
  ...sweepShardOptions.shape,
  ...downloadOption.shape,
  signal: workOptions.shape.signal,
});
type SweepOptions = z.output<typeof sweepOptions>;

const PAGE = "comparison.html";

/** A cell with its options as the whole job resolves them. */
interface Prepared extends SweepCell {
  /** Of the run. */
  readonly directory: string;
  /** Of its plan, where it is done in shards. */
  readonly plan: string | undefined;
  readonly resolved: object;
  /** Equal for cells that collect the same. */
  readonly collection: string;
}

/**
 * Does the whole job for each cell, one after another. Cells of one collection share it; a cell that fails is told of and the
 * others go on; one that ended well before with the same options is not done again. Then all that are done are compared. With
 * `shards`, each is a plan that workers do, here or wherever; what waits for them is gone on with by the same call.
 *
 * @throws ERR_INVALID_ARGUMENT, ERR_OUT_OF_RANGE for an option of any cell, before the first; ERR_RUN_LOCKED while another
 * process does this sweep; ERR_FILE_FORMAT; ERR_FILE_WRITE; the signal's reason after an abort
 */
export async function runSweep(cells: readonly SweepCell[], options: Given<typeof sweepOptions>): Promise<Sweep> {
  const resolved = resolveOptions(sweepOptions, options);
  const { directory, onCell, signal, shards, program } = resolved;
  if (shards !== undefined && program === undefined) {
    throw invalidArgument("program", "the command line of corrsteer", undefined);
  }
  const prepared = cells.map((cell) => prepare(cell, directory, shards !== undefined));
  using _held = await RunLock.take(directory);
  const records = await SweepRecords.read(directory);
  const swept: SweptCell[] = [];
  for (const cell of prepared) {
    signal?.throwIfAborted();
    const { name, resolved: own } = cell;
    const before = records.isDone(name, own) && existsSync(join(cell.directory, EVALUATION_FILE));
    const { error, waiting } = before ? DONE : await tryCell(cell, prepared, resolved, records);
    if (!before) await records.add(name, own, error);
    const ended = { name, directory: cell.directory, before, error, waiting };
    onCell?.(ended);
    swept.push(ended);
  }
  const done = swept.filter(({ error, waiting }) => error === null && waiting === null).map((cell) => cell.directory);
  if (done.length === 0) return { cells: swept };
  const comparison = await compareRuns(done, { signal });
  const page = join(directory, PAGE);
  await writeComparison(page, comparison);
  return { cells: swept, comparison, page };
}

function prepare(cell: SweepCell, sweep: string, isInShards: boolean): Prepared {
  const setup = resolveSetup(cell.options);
  const collection = toJson({ setup, collect: resolveOptions(collectSettings, cell.options) });
  const own = join(sweep, cell.name);
  const place = isInShards ? { plan: own, directory: runOf(own) } : { plan: undefined, directory: own };
  return { ...cell, ...place, resolved: { ...cell.options, ...setup }, collection };
}

type Outcome = Pick<SweptCell, "error" | "waiting">;
const DONE: Outcome = { error: null, waiting: null };

/** @throws the signal's reason after an abort */
async function tryCell(
  cell: Prepared,
  all: readonly Prepared[],
  options: SweepOptions,
  records: SweepRecords,
): Promise<Outcome> {
  try {
    if (cell.plan === undefined) await runCell(cell, all, options);
    else return { error: null, waiting: await planCell(cell, cell.plan, all, options, records) };
    return DONE;
  } catch (error) {
    options.signal?.throwIfAborted();
    return { error: { code: errorCode(error) ?? "ERR_INTERNAL", message: errorMessage(error) }, waiting: null };
  }
}

/** @returns what it waits for; null when it is evaluated, with its report */
async function planCell(
  cell: Prepared,
  plan: string,
  all: readonly Prepared[],
  { shards, program, on, workers, redis, sbatch, onProgress, signal }: SweepOptions,
  records: SweepRecords,
): Promise<string | null> {
  if (records.isOther(cell.name, cell.resolved) && existsSync(join(plan, PLAN_FILE))) {
    const message = `${plan} is the plan of other options, and a plan is never changed: remove it, or use another folder`;
    throw new SteeringError("ERR_RUN_MISMATCH", message, { plan });
  }
  const alike = all.slice(0, all.indexOf(cell)).filter(({ collection }) => collection === cell.collection);
  const waiting = await runInShards(plan, cell.options, {
    ...{ on, sbatch, ...given({ workers, redis }), shards: shards!, program: program! },
    alike: alike.flatMap((other) => other.plan ?? []),
    onProgress: onProgress && ((progress) => onProgress({ ...progress, cell: cell.name, stage: "shards" })),
    signal,
  });
  if (waiting !== undefined) return waiting;
  await writeReport(cell.directory, { signal });
  return null;
}

async function runCell(
  { name, directory, options: own, collection }: Prepared,
  all: readonly Prepared[],
  options: SweepOptions,
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
