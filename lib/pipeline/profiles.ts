import { existsSync } from "node:fs";
import { join } from "node:path";
import { SteeringError } from "../errors";
import { sha256File } from "../files/hash";
import { findRankingFile, RANKING_FILE, type Ranking } from "../rank/ranking";
import { profileFile } from "../run/directory";
import type { RunSource } from "../run/source";
import type { Hashed } from "../run/stage-file";
import { requireOfRanking } from "../select/require-ranked";
import { findSelectionFile, SELECTION_FILE, VARIANTS, type SelectionFile, type Variant } from "../select/selection";
import { loadProfile, type SteeringProfile } from "../steering/profile";

/** The profiles of a run, and what they were chosen from and told of in, as far as that is there. */
export interface RunProfiles {
  readonly profiles: SteeringProfile[];
  readonly ranking: Hashed<Ranking> | undefined;
  readonly selection: Hashed<SelectionFile> | undefined;
  /** The runs that were ranked, and the file that names them. */
  readonly runs: readonly RunSource[] | undefined;
  readonly runsNamedBy: string;
}

/**
 * @param variants in this order; undefined: those of the selection
 * @throws ERR_RUN_INCOMPLETE without the profile; ERR_RUN_MISMATCH
 * when a profile is of an earlier selection, or that of an earlier ranking; ERR_FILE_FORMAT
 */
export async function readRunProfiles(directory: string, variants?: readonly Variant[]): Promise<RunProfiles> {
  const selection = await findSelectionFile(directory);
  const wanted = variants ?? selection?.document.selections.map(({ variant }) => variant);
  const files = profileFiles(directory, wanted);
  const profiles = await Promise.all(files.map(({ path }) => loadProfile(path)));
  for (const { path, variant } of files) {
    if (selection) await requireOfSelection(directory, path, variant, selection.document);
  }
  const ranking = await findRankingFile(directory);
  if (ranking)
    profiles.forEach((profile, i) => {
      requireOfRanking(directory, files[i]!.file, profile, ranking);
    });
  const runs = ranking?.document.runs ?? selection?.document.runs;
  return { profiles, ranking, selection, runs, runsNamedBy: ranking ? RANKING_FILE : SELECTION_FILE };
}

interface ProfileFile {
  readonly variant: Variant;
  /** In the run directory. */
  readonly file: string;
  readonly path: string;
}

function profileFiles(directory: string, variants: readonly Variant[] | undefined): ProfileFile[] {
  const there = VARIANTS.filter((variant) => existsSync(join(directory, profileFile(variant))));
  const missing = variants?.find((variant) => !there.includes(variant));
  if (there.length === 0 || missing !== undefined) {
    const which = missing === undefined ? "no profile" : `no profile of variant ${missing}`;
    throw new SteeringError("ERR_RUN_INCOMPLETE", `${directory} has ${which}: run select on it`, { directory });
  }
  return (variants ?? there).map((variant) => {
    const file = profileFile(variant);
    return { variant, file, path: join(directory, file) };
  });
}

/** A profile beside a selection may be of an earlier one. */
async function requireOfSelection(
  directory: string,
  path: string,
  variant: Variant,
  { profiles }: SelectionFile,
): Promise<void> {
  if (profiles === undefined) return; // older versions did not say
  const expected = profiles[variant]?.document;
  const actual = await sha256File(path);
  if (expected === actual) return;
  const selection = join(directory, SELECTION_FILE);
  throw new SteeringError(
    "ERR_RUN_MISMATCH",
    `${path} is not of ${selection}, which has ${expected === undefined ? `no ${variant}` : `another ${variant}`}. Run select again`,
    { file: path, source: selection, expected, actual },
  );
}
