import type { Command } from "commander";
import type { WorkOptions } from "../progress";
import type { RankOptions } from "../rank/options";
import { rank } from "../rank/rank";
import { given } from "../options/given";
import { BEGINS_AGAIN, interruptible } from "./interruptible";
import { number } from "./options";
import { printJson, printLines } from "./output";
import { showProgress } from "./progress";
import { addRankOptions } from "./rank-options";
import { rankingLines } from "./ranking-table";

interface Flags extends Omit<RankOptions, keyof WorkOptions> {
  json?: true;
  quiet?: true;
}

export function addRank(program: Command): void {
  addRankOptions(program.command("rank"))
    .description("order each layer's features by the correlation of activation and score; runs no model")
    .argument("<folder...>", "a run directory, or several that are shards of one run: the first gets ranking.json")
    .option("--top-k <n>", "features kept of each layer", number)
    .option("--seed <n>", "of permutations and bootstrap (default: 42)", number)
    .option("--threads <n>", "threads of the CPU (default: one less than there are cores)", number)
    .option("--json", "print the ranking as one JSON document")
    .action(interruptible(run, BEGINS_AGAIN));
}

async function run(signal: AbortSignal, directories: string[], { json, quiet, ...options }: Flags): Promise<void> {
  using progress = showProgress(signal, { quiet });
  const ranking = await rank(directories, { ...given(options), onProgress: progress.of("rank"), signal });
  if (json) printJson(ranking);
  else printLines(rankingLines(ranking));
}
