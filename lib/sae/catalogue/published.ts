import { modelFileAt } from "../../hub/layout";
import { knownReleases, type KnownSae } from "./releases";

/** What the catalogue knows of the SAE whose weights lie here, in the hub's cache; undefined for all else. */
export function publishedSae(weightsPath: string): KnownSae | undefined {
  const cached = modelFileAt(weightsPath);
  if (!cached) return undefined;
  return knownReleases()
    .filter((release) => release.repo === cached.repository)
    .flatMap(({ sets }) => sets.flatMap(({ saes }) => saes))
    .find(({ files }) => files.includes(cached.path));
}
