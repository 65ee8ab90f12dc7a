import { readdirSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import type { RandomBelow } from "../../lib/statistics/random";
import { pick } from "./bytes";
import type { Mutant } from "./kind";
import { mutateFile } from "./mutate-file";
import { restateHashes, statedHashes } from "./stated-hashes";

/** Damages one or two files of a run directory; the others mostly say of them what they then are. */
export function mutateRun(random: RandomBelow, directory: string): Mutant {
  const files = filesOf(directory).filter((path) => !/(lock|report\.html)$/.test(path));
  const before = statedHashes(directory);
  const damaged = new Set([pick(random, files), pick(random, files)].slice(random(2)));
  const names = [...damaged].map((path) => `${relative(directory, path)}: ${mutateFile(path, random)}`);
  if (random(3) > 0) {
    restateHashes(directory, before);
    names.push("with their hashes");
  }
  const sizeBytes = filesOf(directory).reduce((sum, path) => sum + statSync(path).size, 0);
  return { name: names.join("; "), sizeBytes };
}

function filesOf(directory: string): string[] {
  const entries = readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return entries.map(({ parentPath, name }) => join(parentPath, name)).sort();
}
