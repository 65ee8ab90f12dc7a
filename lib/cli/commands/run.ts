import type { Command } from "commander";
import { z } from "zod";
import { invalidArgument } from "../../errors";
import { anyInteger, distinct, list } from "../../options/kinds";
import { option } from "../../options/option";
import { resolveOptions } from "../../options/resolve";
import { pipelineOptions, runPipeline } from "../../pipeline/pipeline";
import { findPublished, publishedOption } from "../../published/published";
import { findRankingFile } from "../../rank/ranking";
import { compareRuns } from "../../report/compare/compare";
import { writeReport, type WrittenReport } from "../../report/write-report";
import { labelsOption } from "../../sae/labels";
import { featureNames } from "../../sae/name";
import { requireRunOrEmpty } from "../../run/directory";
import { comparisonLines } from "../comparison-table";
import { evaluationLines } from "../evaluation-table";
import { tellOfAhead, tellOfCausal } from "../ahead-lines";
import { addDeclared, declared } from "../declared-options";
import { tellOfDownload } from "../fetched";
import { GOES_ON, interruptible } from "../interruptible";
import { addJobOptions, jobOptions } from "../job-options";
import { linkLines } from "../link-lines";
import { tellOfFirstAnswers } from "../first-answers";
import { printJson, printLines } from "../output";
import { showProgress, type ProgressFlags } from "../progress";
import { publishedLines } from "../published-table";

interface Flags extends ProgressFlags {
  out?: string;
  seed?: number;
  json?: true;
}

const seedsOption = z.object({
  seeds: option(
    "do it once for each of these seeds, and compare",
    distinct(list(anyInteger(), "integers").min(1, "at least one seed"), "seed").exactOptional(),
  ),
});

export function addRun(command: Command): void {
  addJobOptions(command).action(interruptible(run, GOES_ON));
  addDeclared(command, "Options:", labelsOption);
  addDeclared(command, "Options:", publishedOption);
  addDeclared(command, "Options:", seedsOption).option("--json", "print the evaluation as one JSON document");
  addDeclared(command, "Options:", pipelineOptions.pick({ directory: true }));
}

async function run(signal: AbortSignal, flags: Flags): Promise<void> {
  const { seeds } = resolveOptions(seedsOption, flags, invalidArgument);
  if (seeds) return runSeeds(signal, flags, seeds);
  const { evaluation, report } = await runOnce(signal, flags);
  const { path, links, noLabels } = report!;
  const { published: model } = resolveOptions(publishedOption, declared(publishedOption, flags), invalidArgument);
  const published = model && findPublished(model, evaluation.task);
  if (flags.json) printJson({ ...evaluation, links, noLabels, ...(model && { published: published ?? null }) });
  else
    printLines([
      ...evaluationLines(evaluation),
      ...(model ? publishedLines(published, evaluation, (await findRankingFile(evaluation.runDir))?.document) : []),
      ...linkLines({ links, noLabels }, featureNames(links)),
      `Report: ${path}`,
    ]);
}

/** The whole job for each seed, into `<out>-<seed>`, then all of them side by side. */
async function runSeeds(signal: AbortSignal, flags: Flags, seeds: readonly number[]): Promise<void> {
  if (flags.seed !== undefined) throw invalidArgument("seeds", "seed or seeds, not both", flags.seed);
  const outOf = (seed: number) => (flags.out === undefined ? {} : { out: `${flags.out}-${seed}` });
  for (const { out } of seeds.map(outOf)) if (out !== undefined) await requireRunOrEmpty(out);
  const directories: string[] = [];
  for (const seed of seeds) {
    const { evaluation, report } = await runOnce(signal, { ...flags, seed, ...outOf(seed) });
    directories.push(evaluation.runDir);
    if (!flags.json) printLines([`Seed ${seed}: ${evaluation.headline}`, `Report: ${report!.path}`]);
  }
  const comparison = await compareRuns(directories, { signal });
  if (flags.json) printJson(comparison);
  else printLines(["", ...comparisonLines(comparison)]);
}

async function runOnce(signal: AbortSignal, flags: Flags) {
  let report: WrittenReport | undefined;
  const evaluation = await showProgress(signal, flags, (progress) =>
    runPipeline({
      ...jobOptions(flags),
      onFirstAnswers: tellOfFirstAnswers(progress, flags),
      onAhead: tellOfAhead(progress, flags),
      onCausalAhead: tellOfCausal(progress, flags),
      onDownload: tellOfDownload(progress, flags),
      onProgress: progress,
      onEvaluated: async ({ runDir }, lock) => {
        report = await writeReport(runDir, {
          lock,
          ...declared(labelsOption, flags),
          onProgress: progress.of("report"),
          signal,
        });
      },
      signal,
    }),
  );
  return { evaluation, report };
}
