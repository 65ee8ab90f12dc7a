import type { Command } from "commander";
import { isShown } from "../../evaluate/summary";
import { hundredths, points } from "../../evaluate/wording";
import { transfer, transferOptions, transferOverrides } from "../../pipeline/transfer";
import type { TransferMatrix } from "../../pipeline/transfer-matrix";
import { addDeclared, declared } from "../declared-options";
import { tellOfDownload } from "../fetched";
import { BEGINS_AGAIN, interruptible } from "../interruptible";
import { printJson, printLines, table } from "../output";
import { showProgress, type ProgressFlags } from "../progress";

interface Flags extends ProgressFlags {
  json?: true;
}

export function addTransfer(command: Command): void {
  command
    .argument("<folder...>", "run directories of one model, with profiles")
    .action(interruptible(run, BEGINS_AGAIN));
  addDeclared(command, "Options:", transferOptions).option("--json", "print the matrix as one JSON document");
  addDeclared(command, "In place of what the runs say:", transferOverrides, true);
}

async function run(signal: AbortSignal, directories: string[], flags: Flags): Promise<void> {
  const options = { ...declared(transferOptions, flags), overrides: declared(transferOverrides, flags) };
  const matrix = await showProgress(signal, flags, (progress) =>
    transfer(directories, {
      ...options,
      onProgress: progress.of("transfer"),
      onDownload: tellOfDownload(progress, flags),
      signal,
    }),
  );
  if (flags.json) printJson(matrix);
  else printLines(transferLines(matrix));
}

/** A row for each source, a column for each target: its score and difference, with a star where that is shown. */
export function transferLines({ variant, sources, targets, cells, notes }: TransferMatrix): string[] {
  const rows = sources.map(({ run }) => [
    run,
    ...cells
      .filter(({ source }) => source === run)
      .map(({ meanScore, comparison }) => {
        const mark = isShown({ comparison }) ? "*" : "";
        return `${hundredths(meanScore)} (${points(comparison.difference)}${mark})`;
      }),
  ]);
  const header = [`${variant} of \\ on`, ...shortNames(targets.map(({ run }) => run))];
  const unsteered = ["no steering", ...targets.map(({ baseline }) => hundredths(baseline))];
  return [
    ...table([header, unsteered, ...rows], [...header.keys()]),
    "",
    "Scores in per cent, in brackets the difference to no steering; *: p < 0.05, adjusted over the rows.",
    `Questions: ${targets.map(({ run, n }) => `${run} ${n}`).join(", ")}`,
    ...notes,
  ];
}

/** Of a column's width; names in full are in the rows. */
const LONGEST_HEAD = 20;

function shortNames(names: readonly string[]): readonly string[] {
  const short = names.map((name) => {
    return name.length <= LONGEST_HEAD
      ? name
      : `${name.slice(0, LONGEST_HEAD / 2)}…${name.slice(1 - LONGEST_HEAD / 2)}`;
  });
  return new Set(short).size === names.length ? short : names;
}
