import type { Command } from "commander";
import { writeReport, type WriteReportOptions } from "../report/write-report";
import { interruptible } from "./interruptible";
import { given, list } from "./options";
import { printJson, printLines } from "./output";

interface Flags {
  figures?: NonNullable<WriteReportOptions["figures"]>;
  json?: true;
}

export function addReport(program: Command): void {
  program
    .command("report")
    .description("write report.html of an evaluated run: one file that needs no network")
    .argument("<folder>", "a run directory that was evaluated")
    .option("--figures <svg,png>", "write the figures as files too", list)
    .option("--json", "print where the files are as one JSON document")
    .action(interruptible(run));
}

async function run(signal: AbortSignal, directory: string, { figures, json }: Flags): Promise<void> {
  const written = await writeReport(directory, { ...given({ figures }), signal });
  if (json) printJson(written);
  else printLines([`Report: ${written.path}`, ...written.figures.map((path) => `Figure: ${path}`)]);
}
