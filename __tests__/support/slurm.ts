import { spawnSync } from "node:child_process";

/** A test on SLURM, skipped where no node is: `scripts/start-slurm.sh` makes this machine one. */
export const testOnSlurm = spawnSync("sinfo", ["--noheader"]).status === 0 ? test : test.skip;
