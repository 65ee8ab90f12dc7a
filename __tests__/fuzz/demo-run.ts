import { cpSync, existsSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { DEMO_MODEL, DEMO_QUESTIONS, DEMO_SAES } from "../support/corrsteer";
import { program } from "./built";

export const KEEPS = ["sparse", "moments"] as const;
export type Keep = (typeof KEEPS)[number];

export function demoRun(folder: string, keep: Keep): string {
  return join(folder, `demo-${keep}`);
}

/** A small run of the demo in each way to keep one, evaluated and reported: what mutants are made of. */
export async function makeDemoRuns(folder: string): Promise<void> {
  for (const keep of KEEPS) {
    if (existsSync(demoRun(folder, keep))) continue;
    const directory = join(folder, "making");
    rmSync(directory, { recursive: true, force: true });
    await program.runPipeline({
      ...{ model: DEMO_MODEL, sae: DEMO_SAES, task: "jsonl", data: DEMO_QUESTIONS, layers: [2, 3], threads: 1 },
      ...{ samples: 40, validationSamples: 12, testSamples: 12, chunkSamples: 20, keep, directory },
      ...{ variants: ["A"], significance: "none", controls: ["random"], randomDraws: 1, scales: [] },
      onEvaluated: async ({ runDir }, lock) => {
        await program.writeReport(runDir, { lock });
      },
    });
    renameSync(directory, demoRun(folder, keep));
  }
}

export function copyRun(from: string, to: string): void {
  rmSync(to, { recursive: true, force: true });
  cpSync(from, to, { recursive: true });
}
