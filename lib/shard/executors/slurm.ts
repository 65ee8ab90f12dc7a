import { join, resolve } from "node:path";
import { writeFileAtomically } from "../../files/atomic-write";
import { makeFolder } from "../../files/folder";
import { logsOf } from "../worker-logs";
import type { Executor, Submission, WorkerStates } from "./executor";
import { runProgram } from "./run-program";
import { arrayScript } from "./slurm-script";

/** Of SLURM where it says nothing: arrays have fewer tasks than this. */
const MAX_ARRAY_SIZE = 1001;

/** Workers as tasks of arrays. The plan lies in a folder that all nodes see, under the same path. */
export class SlurmExecutor implements Executor {
  /**
   * @param program the command line of `corrsteer`
   * @param options of `sbatch`
   * @param run one of the cluster's programs
   */
  constructor(
    private readonly program: readonly string[],
    private readonly options: readonly string[] = [],
    private readonly run = runProgram,
  ) {}

  async submit({ plan, workers, args }: Submission): Promise<string[]> {
    const directory = resolve(plan.directory);
    const logs = logsOf(directory);
    await makeFolder(logs);
    const script = join(directory, "slurm.sh");
    const command = [...this.program, "shard", "work", directory, ...args];
    await writeFileAtomically(script, arrayScript({ command, workers, logs }));
    const most = await this.largestArray();
    const jobs: string[] = [];
    for (let first = 0; first < workers; first += most) {
      const array = `--array=0-${Math.min(most, workers - first) - 1}`;
      const printed = await this.run("sbatch", ["--parsable", ...this.options, array, script, String(first)]);
      jobs.push(printed.trim().split(";")[0]!); // a federation's cluster follows
    }
    return jobs;
  }

  async status(jobs: readonly string[]): Promise<WorkerStates> {
    // One that has ended is none that squeue knows after a while.
    const known = (await this.run("squeue", ["--noheader", "--array", "--format=%A %F %T"])).trim().split("\n");
    const states: Record<string, number> = {};
    for (const line of known) {
      const [, job, state] = line.trim().split(/\s+/);
      if (job === undefined || state === undefined || !jobs.includes(job)) continue;
      states[state.toLowerCase()] = (states[state.toLowerCase()] ?? 0) + 1;
    }
    return states;
  }

  async cancel(jobs: readonly string[]): Promise<void> {
    if (jobs.length > 0) await this.run("scancel", jobs);
  }

  private async largestArray(): Promise<number> {
    const config = await this.run("scontrol", ["show", "config"]);
    const [, size] = /^MaxArraySize\s*=\s*(\d+)/m.exec(config) ?? [];
    return Math.max(1, size === undefined ? MAX_ARRAY_SIZE - 1 : Number(size) - 1);
  }
}
