import { shellWord } from "../../options/shell-word";

/** What of an array script is not the same for all. */
export interface ArrayScript {
  /** The program with its arguments up to the worker's number. */
  readonly command: readonly string[];
  readonly workers: number;
  /** Where each worker's output goes. */
  readonly logs: string;
}

/** Before its time limit a worker is told to end, and is queued again: what it published stays. */
const SECONDS_BEFORE_THE_END = 120;

/**
 * The script of a SLURM array, whose first argument is the number of the array's first worker: arrays are cut at the
 * cluster's limit.
 */
export function arrayScript({ command, workers, logs }: ArrayScript): string {
  return `#!/bin/bash
#SBATCH --job-name=corrsteer
#SBATCH --output=${logs}/%A_%a.log
#SBATCH --open-mode=append
#SBATCH --requeue
#SBATCH --signal=B:USR1@${SECONDS_BEFORE_THE_END}

again() {
  kill "$worker"
  wait "$worker"
  scontrol requeue "\${SLURM_ARRAY_JOB_ID}_\${SLURM_ARRAY_TASK_ID}"
  exit 0
}
trap again USR1

${command.map(shellWord).join(" ")} --index "$((\${1:-0} + SLURM_ARRAY_TASK_ID))" --workers ${workers} &
worker=$!
wait "$worker"
`;
}
