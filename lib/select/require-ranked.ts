import { SteeringError } from "../errors";
import { join } from "node:path";
import { RANKING_FILE, type RankedFeature, type Ranking } from "../rank/ranking";
import { requireSource } from "../run/source";
import type { Hashed } from "../run/stage-file";

/**
 * A file of the features that were selected must be of the ranking beside it, which a later one may have replaced.
 *
 * @param selected what the file says; older versions do not name their ranking, and are known by their features
 * @throws ERR_RUN_MISMATCH
 */
export function requireOfRanking(
  directory: string,
  file: string,
  selected: { readonly ranking?: string; readonly features: readonly Pick<RankedFeature, "layer" | "feature" | "r">[] },
  ranking: Hashed<Ranking>,
): void {
  if (selected.ranking === undefined) requireRanked(directory, ranking.document, selected.features);
  requireSource(join(directory, file), join(directory, RANKING_FILE), selected.ranking, ranking.sha256, "select");
}

/**
 * What is selected must be in the ranking, with the same r.
 * @throws ERR_RUN_MISMATCH for a feature that is not ranked, or with another r
 */
export function requireRanked(
  directory: string,
  { layers }: Ranking,
  selected: readonly Pick<RankedFeature, "layer" | "feature" | "r">[],
): void {
  const ranked = new Map(layers.flatMap(({ features }) => features.map((found) => [nameOf(found), found.r])));
  const stray = selected.find((feature) => ranked.get(nameOf(feature)) !== feature.r);
  if (stray === undefined) return;
  const name = nameOf(stray);
  const found = ranked.get(name);
  throw new SteeringError(
    "ERR_RUN_MISMATCH",
    `${directory} was ranked again after selecting: expected feature ${name} in ranking.json with r = ${stray.r}, found ` +
      `${found === undefined ? "none" : `r = ${found}`}. Run select again`,
    { directory, feature: name, expected: stray.r, ...(found !== undefined && { actual: found }) },
  );
}

function nameOf({ layer, feature }: Pick<RankedFeature, "layer" | "feature">): string {
  return `${layer}:${feature}`;
}
