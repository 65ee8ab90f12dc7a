import type { Command } from "commander";
import { rank, type RankOptions } from "../rank/rank";
import type { Ranking } from "../rank/ranking";
import { interruptible } from "./interruptible";
import { given, number } from "./options";
import { printJson, printLines, table } from "./output";

interface RankFlags extends Pick<RankOptions, "sign"> {
  topK?: number;
  json?: true;
}

export function addRank(program: Command): void {
  program
    .command("rank")
    .description("order each layer's features by the correlation of activation and score")
    .argument("<folder...>", "a run directory, or several that are shards of one run: the first gets ranking.json")
    .option("--sign <positive|negative|both>", "which correlations count")
    .option("--top-k <n>", "features kept of each layer", number)
    .option("--json", "print the ranking as one JSON document")
    .action(interruptible(run));
}

async function run(signal: AbortSignal, directories: string[], { sign, topK, json }: RankFlags): Promise<void> {
  const ranking = await rank(directories, { ...given({ sign, topK }), signal });
  if (json) printJson(ranking);
  else printLines(lines(ranking));
}

function lines({ layers, n, nCorrect }: Ranking): string[] {
  const best = layers.map(({ layer, nActiveFeatures, features: [first] }) => [
    String(layer),
    String(nActiveFeatures),
    ...(first
      ? [String(first.feature), first.r.toFixed(3), first.coefficient.toPrecision(4), first.frequency.toFixed(3)]
      : ["-", "-", "-", "-"]),
  ]);
  const header = ["layer", "active", "best", "r", "coefficient", "frequency"];
  return [...table([header, ...best], []), `${nCorrect} of ${n} samples correct`];
}
