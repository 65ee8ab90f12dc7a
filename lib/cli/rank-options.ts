import type { Command } from "commander";
import { pick } from "../pipeline/pick";
import type { RankOptions } from "../rank/options";
import { list, number, under } from "./options";

const RANK_SETTINGS = [
  "target",
  "reverse",
  "score",
  "sign",
  "minSupport",
  "permutations",
  "stratifyBy",
  "covariates",
  "bootstrap",
] as const;

/** How features are ordered, and what is compared with chance. */
export type RankFlags = Pick<RankOptions, (typeof RANK_SETTINGS)[number]>;

export function addRankOptions(command: Command): Command {
  return under("Ranking:", command, (group) =>
    group
      .option(
        "--target <variable>",
        "what activations are correlated with: completionTokens, chosenOption=A, extras.<name>, ... (default: score)",
      )
      .option("--reverse", "turn the target round: what goes with being wrong")
      .option(
        "--score <name>",
        "what orders features: pearson, mutual-information, mutual-information-quantile, fisher, mean-difference, auroc (default: pearson)",
      )
      .option("--sign <positive|negative|both>", "which correlations count (default: positive)")
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
        "correlate given these: completionTokens, promptTokens, chosenOption, formatValid, ...",
        list,
      )
      .option("--bootstrap <n>", "how often samples are drawn again, for stability; 0: never (default: 100)", number),
  );
}

export function rankOptions(flags: RankFlags) {
  return pick(flags, RANK_SETTINGS);
}
