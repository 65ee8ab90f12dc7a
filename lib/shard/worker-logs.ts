// What workers that were started here or by SLURM printed: a file of each in `logs`, beside the plan.
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";

/** The end of a worker's log. */
export interface WorkerLog {
  readonly path: string;
  readonly lastLines: readonly string[];
}

const LINES = 3;
/** Of many workers that fail, most fail alike. */
const MOST_LOGS = 5;
/** Said by a worker, a shell, SLURM or Node.js of one that ended badly. */
const FAILURE = /\bERR_|error\b|killed|cancelled/i;

export function logsOf(plan: string): string {
  return join(plan, "logs");
}

/** The last lines of a log; none where there is no such file. */
export async function endOf(path: string): Promise<WorkerLog> {
  const text = await readFile(path, "utf8").catch(() => "");
  return { path, lastLines: text.trimEnd().split("\n").slice(-LINES) };
}

/** Ends that tell of a failure, of the newest logs: who is lost on the way tells of no shard. */
export async function failedLogs(plan: string): Promise<WorkerLog[]> {
  const folder = logsOf(plan);
  const names = await readdir(folder).catch((): string[] => []);
  const written = await Promise.all(
    names.map((name) => join(folder, name)).map(async (path) => ({ path, at: (await stat(path)).mtimeMs })),
  );
  const failed: WorkerLog[] = [];
  for (const { path } of written.sort((a, b) => b.at - a.at)) {
    if (failed.length === MOST_LOGS) break;
    const log = await endOf(path);
    if (log.lastLines.some((line) => FAILURE.test(line))) failed.push(log);
  }
  return failed;
}
