// child.ts FOLDER: does each job once, then again with its first call failing, its second, and so on until none is left
// to fail; after each failure the job is done again without one. Preloaded with fail-nth-call.c. Says what it saw.
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { constants } from "node:os";
import { basename, dirname, join } from "node:path";
import { errorCode } from "../../lib/errors";
import { PARTIAL_NAME } from "../../lib/files/atomic-write";
import { CHECKSUMS_FILE, checksumLine } from "../../lib/files/checksums";
import { directoryContents } from "../support/directory-contents";
import { openJobs, type Job } from "./jobs";

/** A call that failed, and what came of it. */
export interface Fault {
  readonly job: string;
  readonly n: number;
  /** Its name and path. */
  readonly call: string;
  /** The error's code, or "none" for a failure that nobody saw. */
  readonly code: string;
  readonly message: string;
  /** Files that are neither as before nor as they are to be. */
  readonly halfWritten: string[];
  /** Whether the same job, done again, ended with the same bytes. */
  readonly goesOn: boolean;
}

const [folder] = process.argv.slice(2) as [string];
const [work, before, mark] = [join(folder, "work"), join(folder, "before"), join(folder, "mark")];
mkdirSync(work);
Object.assign(process.env, { FAULT_ROOT: work, FAULT_MARK: mark });

/** Chunks are there as wholes; of some less is kept when the next one is there, or the run is complete. */
function isOfWholeChunk(name: string): boolean {
  const path = join(work, name);
  if (!/^\d{6}$/.test(basename(dirname(path)))) return false;
  const sums = readFileSync(join(dirname(path), CHECKSUMS_FILE), "utf8");
  const known = [CHECKSUMS_FILE, "samples.jsonl"].includes(basename(path));
  return known || sums.includes(checksumLine(basename(path), readFileSync(path)));
}

/** Files of a checkpoint count once "checkpoint.json" names them, and are gone in the end. */
function isOfCheckpoint(name: string): boolean {
  return /^train\/checkpoint(\/|\.json$)/.test(name);
}

/** Of a file that was written with others, and waits for the next holder of the run to move it. */
function placeOf(name: string): string {
  return name.replace("/next/", "/");
}

let round = 0;

async function failing(job: Job, n: number): Promise<{ call: string; error: unknown } | undefined> {
  rmSync(mark, { force: true });
  process.env["FAULT"] = `${++round}:${n}:${n % 2 === 0 ? constants.errno.ENOSPC : constants.errno.EIO}`;
  const error: unknown = await job.run(work).then(
    () => undefined,
    (error: unknown) => error,
  );
  delete process.env["FAULT"];
  return existsSync(mark) ? { call: readFileSync(mark, "utf8"), error } : undefined;
}

async function faults(job: Job): Promise<void> {
  rmSync(before, { recursive: true, force: true });
  cpSync(work, before, { recursive: true });
  const restore = () => {
    rmSync(work, { recursive: true });
    cpSync(before, work, { recursive: true });
  };
  await job.run(work);
  const done = directoryContents(work);
  restore();
  const old = directoryContents(work);
  for (let n = 1; ; n++) {
    const failed = await failing(job, n);
    if (!failed) break;
    const found = Object.entries(directoryContents(work));
    const isWhole = (name: string, hash: string) => [old[name], done[name], done[placeOf(name)]].includes(hash);
    const stray = found.filter(([name, hash]) => !isWhole(name, hash)).map(([name]) => name);
    const halfWritten = stray.filter(
      (name) => !PARTIAL_NAME.test(name) && !isOfWholeChunk(name) && !isOfCheckpoint(name),
    );
    const again: unknown = await job.run(work).catch((error: unknown) => error);
    const goesOn = JSON.stringify(directoryContents(work)) === JSON.stringify(done);
    const fault: Fault = {
      ...{ job: job.name, n, call: failed.call },
      ...{ code: failed.error === undefined ? "none" : (errorCode(failed.error) ?? "uncoded") },
      ...{ message: String(failed.error), halfWritten, goesOn },
    };
    console.log(JSON.stringify(goesOn ? fault : { ...fault, message: `${fault.message}; again: ${String(again)}` }));
    restore();
  }
  await job.run(work);
}

async function main(): Promise<void> {
  for (const job of await openJobs(folder)) await faults(job);
}

void main();
