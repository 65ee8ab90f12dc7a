import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** SHA-256 of every file below `directory`, by its relative path. */
export function directoryContents(directory: string): Record<string, string> {
  const files = readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const hash = (path: string) => createHash("sha256").update(readFileSync(path)).digest("hex");
  return Object.fromEntries(
    files
      .map(({ parentPath, name }) => join(parentPath, name))
      .sort()
      .map((path) => [path.slice(directory.length + 1), hash(path)]),
  );
}

/** Chunks that a run has collected so far. */
export function chunksOf(directory: string, keep: "sparse" | "moments" = "sparse"): string[] {
  const folder = join(directory, keep === "sparse" ? "activations" : "moments");
  return existsSync(folder) ? readdirSync(folder).filter((name) => /^\d+$/.test(name)) : [];
}
