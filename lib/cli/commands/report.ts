import { type Command, Option } from "commander";
import { exportOfficial } from "../../export/official-json";
import { reportOptions, writeReport } from "../../report/write-report";
import { featureNames } from "../../sae/name";
import { lockExistingRun } from "../../run/lock";
import { addDeclared, declared } from "../declared-options";
import { BEGINS_AGAIN, interruptible } from "../interruptible";
import { linkLines } from "../link-lines";
import { printJson, printLines } from "../output";
import { showProgress, type ProgressFlags } from "../progress";

interface Flags extends ProgressFlags {
  export?: "official-json";
  json?: true;
}

export function addReport(command: Command): void {
  command
    .argument("<folder>", "a run directory that was evaluated")
    .addOption(
      new Option("--export <format>", "write the run in the files of the method's published code").choices([
        "official-json",
      ]),
    )
    .option("--json", "print where the files are as one JSON document")
    .action(interruptible(run, BEGINS_AGAIN));
  addDeclared(command, "Options:", reportOptions);
}

async function run(signal: AbortSignal, directory: string, flags: Flags): Promise<void> {
  using lock = await lockExistingRun(directory);
  const written = await showProgress(signal, flags, (progress) =>
    writeReport(directory, { ...declared(reportOptions, flags), lock, onProgress: progress.of("report"), signal }),
  );
  const exported = flags.export ? await exportOfficial(directory, { lock }) : [];
  if (flags.json) printJson({ ...written, exported });
  else {
    const others = [...written.figures.map((path) => `Figure: ${path}`), ...exported.map((path) => `Export: ${path}`)];
    const links = linkLines(written, featureNames(written.links));
    printLines([...links, `Report: ${written.path}`, ...others]);
  }
}
