import { join } from "node:path";
import { RANKING_FILE, type Ranking } from "../rank/ranking";
import { requireSource } from "../run/source";
import type { Hashed } from "../run/stage-file";
import { requireOfRanking } from "../select/require-ranked";
import { profileFile } from "../run/directory";
import { SELECTION_FILE, type SelectionFile } from "../select/selection";
import { EVALUATION_FILE, type Evaluation } from "./evaluation";

/** What the stages left in a run directory; a ranking may be gone, and an evaluation may not be there yet. */
export interface Stages {
  readonly ranking: Hashed<Ranking> | undefined;
  readonly selection: Hashed<SelectionFile>;
  readonly evaluation?: Evaluation | undefined;
}

/**
 * What is told of a run together must be of one another: each stage may have been run again since, with other options.
 *
 * @throws ERR_RUN_MISMATCH with what to run again
 */
export function requireConsistent(directory: string, { ranking, selection, evaluation }: Stages): void {
  const { selections, ...file } = selection.document;
  const features = selections.flatMap(({ features }) => features);
  if (ranking) requireOfRanking(directory, SELECTION_FILE, { ...file, features }, ranking);
  if (!evaluation?.measured) return;
  const { measured } = evaluation;
  const requireMeasured = (source: string, expected: string | undefined, found: string) => {
    requireSource(join(directory, EVALUATION_FILE), join(directory, source), expected, found, "evaluate");
  };
  if (ranking) requireMeasured(RANKING_FILE, measured.ranking, ranking.sha256);
  for (const [variant, { vectors }] of Object.entries(file.profiles ?? {})) {
    requireMeasured(profileFile(variant), measured.profiles[variant], vectors);
  }
  requireMeasured(SELECTION_FILE, measured.selection, selection.sha256);
}
