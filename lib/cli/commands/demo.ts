import type { Command } from "commander";
import { DEMO } from "../../demo";
import { runPipeline } from "../../pipeline/pipeline";
import { writeReport } from "../../report/write-report";
import { BEGINNING, DemoStory, END } from "../demo-story";
import { evaluationLines } from "../evaluation-table";
import { GOES_ON, interruptible } from "../interruptible";
import { printLines } from "../output";
import { showProgress, type ProgressFlags } from "../progress";

interface Flags extends ProgressFlags {
  out: string;
}

export function addDemo(command: Command): void {
  command
    .option("--out <folder>", "the run directory, new or to go on with", "runs/demo")
    .action(interruptible(run, GOES_ON));
}

async function run(signal: AbortSignal, { out, ...flags }: Flags): Promise<void> {
  await showProgress(signal, flags, async (progress) => {
    const print = (lines: readonly string[]) => {
      progress.clear();
      printLines(lines);
    };
    const story = new DemoStory(out, print);
    print(BEGINNING);
    let reportPath = "";
    const evaluation = await runPipeline({
      ...DEMO,
      validationSamples: 300,
      variants: ["S", "A", "P", "causal"],
      scales: [0.5, 2],
      controls: ["repeat", "random", "sign-flipped", "shuffled", "mean-difference"],
      threads: 1, // a pass through so small a model is over before a second thread has begun
      directory: out,
      onProgress: (step) => {
        story.follow(step);
        progress(step);
      },
      onEvaluated: async ({ runDir }, lock) => {
        reportPath = (await writeReport(runDir, { lock, onProgress: progress.of("report"), signal })).path;
      },
      signal,
    });
    print(["", ...evaluationLines(evaluation), `Report: ${reportPath}`, ...END]);
  });
}
