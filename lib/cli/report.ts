import { type Command, Option } from "commander";
import { exportOfficial } from "../export/official-json";
import { writeReport, type WriteReportOptions } from "../report/write-report";
import { given } from "../options/given";
import { lockExistingRun } from "../run/lock";
import { BEGINS_AGAIN, interruptible } from "./interruptible";
import { list } from "./options";
import { printJson, printLines } from "./output";
import { showProgress, type ProgressFlags } from "./progress";

interface Flags extends ProgressFlags {
  figures?: NonNullable<WriteReportOptions["figures"]>;
  export?: "official-json";
  json?: true;
}

export function addReport(program: Command): void {
  program
    .command("report")
    .description("write report.html of an evaluated run: one file that needs no network")
    .argument("<folder>", "a run directory that was evaluated")
    .option("--figures <svg,png>", "write the figures as files too", list)
    .addOption(
      new Option("--export <format>", "write the run in the files of the method's published code").choices([
        "official-json",
      ]),
    )
    .option("--json", "print where the files are as one JSON document")
    .action(interruptible(run, BEGINS_AGAIN));
}

async function run(signal: AbortSignal, directory: string, flags: Flags): Promise<void> {
  const { figures, json } = flags;
  using lock = await lockExistingRun(directory);
  const written = await showProgress(signal, flags, (progress) =>
    writeReport(directory, { ...given({ figures }), lock, onProgress: progress.of("report"), signal }),
  );
  const exported = flags.export ? await exportOfficial(directory, { lock }) : [];
  if (json) printJson({ ...written, exported });
  else {
    const others = [...written.figures.map((path) => `Figure: ${path}`), ...exported.map((path) => `Export: ${path}`)];
    printLines([`Report: ${written.path}`, ...others]);
  }
}
