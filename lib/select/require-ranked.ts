import { SteeringError } from "../errors";
import type { RankedFeature, Ranking } from "../rank/ranking";

/**
 * What is selected must be of the ranking beside it, which a later one may have replaced.
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
