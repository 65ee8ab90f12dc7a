import { knownReleases, type KnownSae } from "./releases";

/** A file in the hub's cache: its repository, with "--" for "/", and its path in it. */
const CACHED = /[/\\]models--([\w.-]+?--[\w.-]+)[/\\]snapshots[/\\][^/\\]+[/\\](.+)$/;

/** What the catalogue knows of the SAE whose weights lie here, in the hub's cache; undefined for all else. */
export function publishedSae(weightsPath: string): KnownSae | undefined {
  const [, folder, path] = CACHED.exec(weightsPath) ?? [];
  if (folder === undefined || path === undefined) return undefined;
  const repo = folder.replace("--", "/");
  const file = path.replaceAll("\\", "/");
  return knownReleases()
    .filter((release) => release.repo === repo)
    .flatMap(({ sets }) => sets.flatMap(({ saes }) => saes))
    .find(({ files }) => files.includes(file));
}
