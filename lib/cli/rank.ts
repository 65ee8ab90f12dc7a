import type { Command } from "commander";
import type { RankOptions } from "../rank/options";
import { rank } from "../rank/rank";
import { interruptible } from "./interruptible";
import { given, list, number } from "./options";
import { printJson, printLines } from "./output";
import { rankingLines } from "./ranking-table";

interface RankFlags extends Omit<RankOptions, "signal"> {
  json?: true;
}

export function addRank(program: Command): void {
  program
    .command("rank")
    .description("order each layer's features by the correlation of activation and score; runs no model")
    .argument("<folder...>", "a run directory, or several that are shards of one run: the first gets ranking.json")
    .option(
      "--target <variable>",
      "correlate with something else: completionTokens, chosenOption=A, extras.<name>, ...",
    )
    .option("--reverse", "turn the target round: what goes with being wrong")
    .option(
      "--score <name>",
      "pearson, mutual-information, mutual-information-quantile, fisher, mean-difference or auroc orders the features",
    )
    .option("--sign <positive|negative|both>", "which correlations count")
    .option("--top-k <n>", "features kept of each layer", number)
    .option(
      "--min-support <n>",
      "samples in which a feature must fire (default: a 20th, at most 10; published: 1)",
      number,
    )
    .option(
      "--permutations <n>",
      "how often scores are permuted to see what chance gives; 0: never (default: 1000)",
      number,
    )
    .option("--stratify-by <variable>", "permute within the values of group, expected, chosenOption, ... only")
    .option(
      "--covariates <list>",
      "correlate given these: completionTokens,promptTokens,chosenOption,formatValid, ...",
      list,
    )
    .option("--bootstrap <n>", "how often samples are drawn again, for stability; 0: never (default: 100)", number)
    .option("--seed <n>", "of permutations and bootstrap (default: 42)", number)
    .option("--threads <n>", "threads of the CPU (default: one less than there are cores)", number)
    .option("--json", "print the ranking as one JSON document")
    .action(interruptible(run));
}

async function run(signal: AbortSignal, directories: string[], { json, ...options }: RankFlags): Promise<void> {
  const ranking = await rank(directories, { ...given(options), signal });
  if (json) printJson(ranking);
  else printLines(rankingLines(ranking));
}
