import { SteeringError } from "../errors";
import { join } from "node:path";
import { RANKING_FILE, type RankedFeature, type Ranking } from "../rank/ranking";
import { requireSource } from "../run/source";
import { featureNames } from "../sae/name";
import type { Hashed } from "../run/stage-file";

type Selected = Pick<RankedFeature, "sae" | "layer" | "feature" | "r">;

/**
 * A file of the features that were selected must be of the ranking beside it, which a later one may have replaced.
 *
 * @param selected what the file says; older versions do not name their ranking, and are known by their features
 * @throws ERR_RUN_MISMATCH
 */
export function requireOfRanking(
  directory: string,
  file: string,
  selected: { readonly ranking?: string; readonly features: readonly Selected[] },
  ranking: Hashed<Ranking>,
): void {
  requireSource(join(directory, file), join(directory, RANKING_FILE), selected.ranking, ranking.sha256, "select");
  requireRanked(directory, ranking.document, selected.features);
}

/**
 * What is selected must be in the ranking, with the same r.
 * @throws ERR_RUN_MISMATCH for a feature that is not ranked, or with another r
 */
export function requireRanked(directory: string, { layers }: Ranking, selected: readonly Selected[]): void {
  const keyOf = ({ sae, feature }: Omit<Selected, "r">) => `${sae}:${feature}`;
  const ranked = new Map(layers.flatMap(({ features }) => features.map((found) => [keyOf(found), found.r])));
  const stray = selected.find((feature) => ranked.get(keyOf(feature)) !== feature.r);
  if (stray === undefined) return;
  const name = featureNames([...layers, stray])(stray);
  const found = ranked.get(keyOf(stray));
  throw new SteeringError(
    "ERR_RUN_MISMATCH",
    `${directory} was ranked again after selecting: expected feature ${name} in ranking.json with r = ${stray.r}, found ` +
      `${found === undefined ? "none" : `r = ${found}`}. Run select again`,
    { directory, feature: name, expected: stray.r, ...(found !== undefined && { actual: found }) },
  );
}
