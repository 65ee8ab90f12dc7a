import { z } from "zod";
import { checkArguments } from "../arguments/check";
import { listOf, path, shapeOf } from "../arguments/kinds";
import { work } from "../run/kinds";
import { invalidArgument } from "../errors";
import { askConfounds } from "./confounds";
import { confoundText } from "./notes";
import { resolveRankOptions, type RankOptions } from "./options";
import { rankShards } from "./rank-shards";
import { RANKING_FILE, type Confound, type Ranking } from "./ranking";
import { lockExistingRun } from "../run/lock";
import { readShards } from "../run/shards";
import { sourceOf } from "../run/source";
import { writeStageFile } from "../run/stage-file";

const rankArguments = z.object({
  runDirectories: z.union([path(), listOf(path(), "paths")], "a path, or a list of paths"),
  options: shapeOf(work, "options by name"),
});

/**
 * Orders each layer's features by |r| of pooled activation and score, or by another criterion; of equals the larger r
 * goes first, then the lower index. Says how large an r chance gives, and writes `ranking.json`, which names what it was
 * made of, into the (first) run directory. Several directories are shards: runs of one manifest over
 * different questions. Runs no model.
 *
 * @throws ERR_RUN_INCOMPLETE when collection is not finished, ERR_RUN_MISMATCH when shards disagree, ERR_DEGENERATE when
 * nothing is left to correlate or to permute, ERR_INVALID_ARGUMENT, ERR_OUT_OF_RANGE
 */
export async function rank(runDirectories: string | readonly string[], options: RankOptions = {}): Promise<Ranking> {
  checkArguments(rankArguments, { runDirectories, options });
  resolveRankOptions(options); // what is wrong with them is said before anything is read
  const directories = typeof runDirectories === "string" ? [runDirectories] : runDirectories;
  const [directory] = directories;
  if (directory === undefined) throw invalidArgument("runDirectories", "at least one run directory", directories);
  using _held = await lockExistingRun(directory, options.lock);
  const shards = await readShards(directories);
  const runs = await Promise.all(directories.map((run) => sourceOf(directory, run)));
  const ranked = await rankShards(shards, options, { withOtherSide: true });
  const confounds = await askConfounds(shards, options, ranked);
  const ranking = { ...ranked, confounds, notes: [...ranked.notes, ...confounds.map(noteOn)], runs };
  await writeStageFile(directory, RANKING_FILE, ranking);
  return ranking;
}

function noteOn(confound: Confound): string {
  const text = confoundText(confound);
  return `${text[0]!.toUpperCase()}${text.slice(1)}.`;
}
