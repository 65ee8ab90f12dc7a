import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** What a run tells of the time that it was made at: in a file of its own, and in the report. */
const MADE_FILE = "evaluation-made.json";
const MADE = /<div>\s*<dt>(evaluated|asking took|machine)<\/dt>\s*<dd>[^<]*<\/dd>\s*<\/div>\s*/g;

/** A report but for what differs each time that the same is evaluated. */
export function withoutMade(page: string): string {
  return page.replaceAll(MADE, "");
}

/** SHA-256 of every file below `directory`, by its relative path; but for what is said of the time that it was made at. */
export function directoryContents(directory: string): Record<string, string> {
  const files = readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const content = (path: string) => (path.endsWith(".html") ? withoutMade(readFileSync(path, "utf8")) : readFileSync(path)); // prettier-ignore
  const hash = (path: string) => createHash("sha256").update(content(path)).digest("hex");
  return Object.fromEntries(
    files
      .filter(({ name }) => name !== MADE_FILE)
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
