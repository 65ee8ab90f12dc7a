import type { Command } from "commander";
import { compareRuns } from "../../report/compare/compare";
import { writeComparison } from "../../report/compare/write-comparison";
import { comparisonLines } from "../comparison-table";
import { interruptible } from "../interruptible";
import { printJson, printLines } from "../output";

interface Flags {
  html?: string;
  json?: true;
}

export function addCompare(command: Command): void {
  command
    .argument("<folder...>", "run directories; those that differ in the seed alone are told as mean and spread")
    .option("--html <file>", "write the comparison as a page too, one file that needs no network")
    .option("--json", "print the comparison as one JSON document")
    .action(interruptible(run));
}

async function run(signal: AbortSignal, directories: string[], { html, json }: Flags): Promise<void> {
  const comparison = await compareRuns(directories, { signal });
  signal.throwIfAborted();
  if (html !== undefined) await writeComparison(html, comparison);
  if (json) printJson(comparison);
  else printLines([...comparisonLines(comparison), ...(html === undefined ? [] : [`Page: ${html}`])]);
}
