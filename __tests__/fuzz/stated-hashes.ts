import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";

/** What files of a run say of others, by what they say it of: the hashes of files, of the manifest and of all chunks. */
export type StatedHashes = ReadonlyMap<string, string>;

export function statedHashes(directory: string): StatedHashes {
  const files = filesOf(directory);
  const hashes = new Map(files.map((path) => [path, sha256(readFileSync(path))]));
  try {
    const manifest = JSON.parse(readFileSync(join(directory, "run.json"), "utf8")) as object;
    hashes.set("manifest", sha256(JSON.stringify({ ...manifest, environment: undefined })));
  } catch {
    // no manifest has no hash
  }
  const sums = files.filter((path) => basename(path) === "SHA256SUMS");
  hashes.set("chunks", sha256(...sums.flatMap((path) => [`${basename(dirname(path))}\n`, readFileSync(path)])));
  return hashes;
}

/** Lets the files of a run say of one another what is true, so that a damage is not seen by its hash alone. */
export function restateHashes(directory: string, before: StatedHashes): void {
  for (let said = before, round = 0; round < 4; round++) {
    const now = statedHashes(directory);
    const changed = [...said].filter(([of, hash]) => now.has(of) && now.get(of) !== hash);
    for (const path of filesOf(directory).filter((path) => /(\.json|SHA256SUMS)$/.test(path))) {
      const text = readFileSync(path, "latin1");
      const restated = changed.reduce((sum, [of, hash]) => sum.replaceAll(hash, now.get(of)!), text);
      if (restated !== text) writeFileSync(path, restated, "latin1");
    }
    said = now;
  }
}

function filesOf(directory: string): string[] {
  const paths = readdirSync(directory, { recursive: true, encoding: "utf8" }).sort();
  return paths.map((path) => join(directory, path)).filter((path) => statSync(path).isFile());
}

function sha256(...pieces: readonly (string | Uint8Array)[]): string {
  const hash = createHash("sha256");
  for (const piece of pieces) hash.update(piece);
  return hash.digest("hex");
}
