import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { SteeringError } from "../../errors";
import { makeFolder } from "../../files/folder";
import { endOf, logsOf } from "../worker-logs";
import type { Executor, Submission, WorkerStates } from "./executor";

/** Workers as processes of this machine, which end with the one that starts them. */
export class LocalExecutor implements Executor {
  private readonly running = new Map<string, ChildProcess>();

  /** @param program the command line of `corrsteer` */
  constructor(private readonly program: readonly string[]) {}

  /** @returns process ids */
  async submit({ plan, workers, args }: Submission): Promise<string[]> {
    const logs = logsOf(plan.directory);
    await makeFolder(logs);
    const [command, ...rest] = this.program;
    for (let worker = 0; worker < workers; worker++) {
      await using log = await open(join(logs, `local_${worker}.log`), "w");
      const own = ["--index", String(worker), "--workers", String(workers)];
      const child = spawn(command!, [...rest, "shard", "work", plan.directory, ...args, ...own], {
        stdio: ["ignore", log.fd, log.fd],
      });
      this.running.set(String(child.pid), child);
    }
    return [...this.running.keys()];
  }

  /**
   * Waits until all have ended.
   * @throws ERR_RUN_INCOMPLETE with the last lines of the first that failed; the signal's reason, when they are ended, too
   */
  async ended(plan: string, signal?: AbortSignal): Promise<void> {
    const workers = [...this.running.values()];
    const end = () => void this.cancel([...this.running.keys()]);
    signal?.addEventListener("abort", end, { once: true });
    const codes = await Promise.all(workers.map(exitCode));
    signal?.removeEventListener("abort", end);
    signal?.throwIfAborted();
    const failed = codes.flatMap((code, worker) => (code === 0 ? [] : [worker]));
    if (failed.length === 0) return;
    const { path, lastLines } = await endOf(join(logsOf(plan), `local_${failed[0]!}.log`));
    const message = `${failed.length} of ${codes.length} workers failed, the first of them says in ${path}: ${lastLines.join(" ")}`;
    throw new SteeringError("ERR_RUN_INCOMPLETE", message, { workers: failed });
  }

  status(names: readonly string[]): Promise<WorkerStates> {
    const isRunning = (name: string) => {
      const { exitCode, signalCode } = this.running.get(name) ?? { exitCode: 0, signalCode: null };
      return exitCode === null && signalCode === null;
    };
    return Promise.resolve({ running: names.filter(isRunning).length });
  }

  cancel(names: readonly string[]): Promise<void> {
    for (const name of names) this.running.get(name)?.kill();
    return Promise.resolve();
  }
}

/** Null for one that a signal ended. */
async function exitCode(child: ChildProcess): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  return child.exitCode;
}
