import { instanceOf } from "../arguments/kinds";
import { readdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { z } from "zod";
import { invalidArgument, SteeringError } from "../errors";
import { PARTIAL_NAME } from "../files/atomic-write";
import { makeFolder, remove } from "../files/folder";
import type { NativeFileLock } from "../native/addon";
import { loadAddon } from "../native/load";
import { type Given, option } from "../options/option";
import { requireRun, requireRunOrEmpty, RUN_FOLDERS } from "./directory";
import { finishTogether } from "./together";

/** Takes an exclusive lock on a file, or gives undefined when another holder has it: the addon's `lockFile`. */
export type LockFile = (path: string) => NativeFileLock | undefined;

export const heldRun = z.object({
  lock: option(
    "that of a job that holds the run for all its stages",
    instanceOf<RunLock>("a RunLock, as lockRun gives it", { lend: "function" }).optional(),
    {
      otherwise: "held while the stage works",
    },
  ),
});

/**
 * What a stage that writes into a run directory may be given.
 * @interface
 */
export type HeldRun = Given<typeof heldRun>;

/** The right to write into a run directory. One holder at a time, of all processes; it ends with its process. */
export class RunLock implements Disposable {
  private constructor(
    readonly directory: string,
    private file: NativeFileLock | undefined,
    private readonly lender?: RunLock,
  ) {}

  /** Makes the folder where there is none, finishes what killed holders had written, and removes what they had not. @throws as `lockRun` */
  static async take(directory: string, lockFile: LockFile = (path) => loadAddon().lockFile(path)): Promise<RunLock> {
    await makeFolder(directory);
    const file = lockFile(join(directory, "lock"));
    if (file === undefined) {
      throw new SteeringError("ERR_RUN_LOCKED", `another process is working on ${directory}`, { directory });
    }
    const lock = new RunLock(directory, file);
    try {
      await finishTogether(directory);
      await sweep(directory);
      return lock;
    } catch (error) {
      lock.release();
      throw error;
    }
  }

  get isHeld(): boolean {
    return this.lender?.isHeld ?? this.file !== undefined;
  }

  /** The same right, which stays with this holder. */
  lend(): RunLock {
    return new RunLock(this.directory, undefined, this);
  }

  /** Lets the next one in. What is lent goes with it. */
  release(): void {
    this.file?.release();
    this.file = undefined;
  }

  [Symbol.dispose](): void {
    this.release();
  }
}

/**
 * Holds a run directory, new or there, for writing; to give to the stages of a job, and to dispose of after the last.
 *
 * @param held by the caller already, and to stay so
 * @throws ERR_RUN_LOCKED at once while another holds it, in this process too; ERR_RUN_MISMATCH for a folder of other things;
 * ERR_FILE_WRITE; ERR_INVALID_ARGUMENT when `held` is of another directory, or released
 */
export async function lockRun(directory: string, held?: RunLock): Promise<RunLock> {
  if (held === undefined) {
    await requireRunOrEmpty(directory);
    return RunLock.take(directory);
  }
  if (held.isHeld && resolve(held.directory) === resolve(directory)) return held.lend();
  throw invalidArgument("lock", `the lock of ${directory}, held`, held.directory);
}

/** The same for a stage that goes on with a run. @throws ERR_RUN_INCOMPLETE where none was started; as `lockRun` */
export async function lockExistingRun(directory: string, held?: RunLock): Promise<RunLock> {
  requireRun(directory);
  return lockRun(directory, held);
}

/** Nobody writes while this holder does not: what is unfinished now stays so. */
async function sweep(directory: string): Promise<void> {
  for (const folder of [directory, ...RUN_FOLDERS.map((name) => join(directory, name))]) {
    const names = await readdir(folder).catch((): string[] => []);
    for (const name of names) if (PARTIAL_NAME.test(name)) await remove(join(folder, name));
  }
}
