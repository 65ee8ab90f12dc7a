import { Command } from "commander";
import { SteeringError } from "../../errors";
import { readSweep, type WrittenCell } from "../../sweep/expand";
import { runSweep, sweepOptions, type SweepCell, type SweptCell } from "../../sweep/sweep";
import { comparisonLines } from "../comparison-table";
import { applyOptions } from "../config";
import { addDeclared, declared } from "../declared-options";
import { tellOfDownload } from "../fetched";
import { interruptible } from "../interruptible";
import { addJobOptions, jobOptions } from "../job-options";
import { printJson, printLines } from "../output";
import { showProgress, type ProgressFlags } from "../progress";

interface Flags extends ProgressFlags {
  out: string;
  json?: true;
}

export function addSweep(command: Command): void {
  command
    .argument("<sweep>", "YAML file: options of run for all under options, lists of them under sweep")
    .option("--json", "print the comparison and how each run ended as one JSON document")
    .action(interruptible(run, "goes on where it stopped"));
  addDeclared(command, "Options:", sweepOptions);
}

async function run(signal: AbortSignal, file: string, flags: Flags): Promise<void> {
  const cells = (await readSweep(file)).map((cell) => readCell(file, cell));
  const { comparison, page, ...sweep } = await showProgress(signal, flags, (progress) =>
    runSweep(cells, {
      directory: flags.out,
      ...declared(sweepOptions, flags),
      program: process.argv.slice(0, 2),
      onCell: (cell) => {
        progress.clear();
        if (!flags.json) printLines([cellLine(cell)]);
      },
      onDownload: tellOfDownload(progress, flags),
      onProgress: ({ cell, stage, ...steps }) => {
        progress({ ...steps, stage: `${cell}: ${stage}` });
      },
      signal,
    }),
  );
  if (flags.json) printJson({ ...sweep, comparison: comparison ?? null, page: page ?? null });
  else if (comparison) printLines(["", ...comparisonLines(comparison), `Page: ${page!}`]);
  requireAll(flags.out, sweep.cells);
}

/** The options of a cell are read as those of `run --config` are. @throws as `applyConfig` */
function readCell(file: string, { name, options }: WrittenCell): SweepCell {
  const command = addJobOptions(new Command("run"));
  applyOptions(command, `${file}: ${name}`, options);
  return { name, options: jobOptions(command.opts()) };
}

function cellLine({ name, before, error, waiting }: SweptCell): string {
  if (waiting !== null) return `${name}: waits ${waiting}`;
  if (error) return `${name}: failed: ${error.code} ${error.message}`;
  return `${name}: ${before ? "done before" : "done"}`;
}

function requireAll(directory: string, cells: readonly SweptCell[]): void {
  const failed = cells.filter(({ error }) => error).map(({ name }) => name);
  if (failed.length === 0) return;
  const message = `${failed.length} of ${cells.length} runs failed: ${failed.join(", ")}; the same command does what is missing`;
  throw new SteeringError("ERR_RUN_INCOMPLETE", message, { directory, failed });
}
