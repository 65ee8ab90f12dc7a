import type { Command } from "commander";
import { rankOptions } from "../../rank/options";
import { rank } from "../../rank/rank";
import { addDeclared, declared } from "../declared-options";
import { BEGINS_AGAIN, interruptible } from "../interruptible";
import { printJson, printLines } from "../output";
import { showProgress, type ProgressFlags } from "../progress";
import { rankingLines } from "../ranking-table";

interface Flags extends ProgressFlags {
  json?: true;
}

export function addRank(command: Command): void {
  addDeclared(command, "Ranking:", rankOptions)
    .argument("<folder...>", "a run directory, or several that are shards of one run: the first gets ranking.json")
    .option("--json", "print the ranking as one JSON document")
    .action(interruptible(run, BEGINS_AGAIN));
}

async function run(signal: AbortSignal, directories: string[], flags: Flags): Promise<void> {
  const ranking = await showProgress(signal, flags, (progress) =>
    rank(directories, { ...declared(rankOptions, flags), onProgress: progress.of("rank"), signal }),
  );
  if (flags.json) printJson(ranking);
  else printLines(rankingLines(ranking));
}
