import { existsSync } from "node:fs";
import { basename, dirname, isAbsolute, join, relative, sep } from "node:path";
import { z } from "zod";
import { SteeringError } from "../errors";
import { CHECKSUMS_FILE } from "../files/checksums";
import { sha256File, sha256Of } from "../files/hash";
import { sha256 } from "../files/schema";
import { readBytes } from "../files/read-file";
import type { RunManifest } from "./manifest";
import { chunkFiles, readManifest } from "./run";

const contents = {
  /** `run.json` but for its `environment`, which says where and not what. */
  manifest: sha256,
  /** `samples.jsonl` */
  samples: sha256,
  /** The `SHA256SUMS` of all chunks, in order. */
  chunks: sha256,
};

export const runSource = z.object({
  /** From the directory of the file that names it, with `/`; absolute where there is no such way. */
  path: z.string(),
  ...contents,
});
/**
 * A run that a file was computed from, by place and by content.
 * @interface
 */
export type RunSource = z.infer<typeof runSource>;

/** What a file in `directory` says of the run in `run`. @throws ERR_RUN_INCOMPLETE, ERR_FILE_FORMAT */
export async function sourceOf(directory: string, run: string): Promise<RunSource> {
  const path = relative(directory, run).split(sep).join("/");
  return { path: path === "" ? "." : path, ...(await contentsOf(run)) };
}

/**
 * The directories of the runs that `file` of `directory` was computed from.
 *
 * @param runs as the file names them; undefined in a file of an older version, which did not say
 * @throws ERR_RUN_INCOMPLETE when one is gone
 */
export function sourceDirectories(directory: string, file: string, runs: readonly RunSource[] | undefined): string[] {
  if (runs === undefined) return [directory];
  return runs.map(({ path }) => {
    const run = path === "." ? directory : isAbsolute(path) ? path : join(directory, path);
    if (existsSync(run)) return run;
    const made = join(directory, file);
    const message = `${run} is gone, one of the runs that ${made} was made of: put it back, or run rank on those that are there`;
    throw new SteeringError("ERR_RUN_INCOMPLETE", message, { directory: run, file: made });
  });
}

/** These runs must hold what they held then. @throws ERR_RUN_MISMATCH */
export async function requireSameRuns(
  directory: string,
  file: string,
  runs: readonly RunSource[] | undefined,
): Promise<void> {
  for (const [i, run] of sourceDirectories(directory, file, runs).entries()) {
    const expected = runs?.[i];
    if (!expected) return;
    const found = await contentsOf(run);
    for (const part of PARTS) {
      requireSource(join(directory, file), join(run, FILES[part]), expected[part], found[part], "rank");
    }
  }
}

/**
 * What `file` was computed from must be what is there now.
 *
 * @param expected SHA-256; undefined in a file of an older version, which did not say
 * @param again the stage that makes `file`
 * @throws ERR_RUN_MISMATCH
 */
export function requireSource(
  file: string,
  source: string,
  expected: string | undefined,
  found: string,
  again: string,
): void {
  if (expected === undefined || expected === found) return;
  throw new SteeringError(
    "ERR_RUN_MISMATCH",
    `${file} was made of another ${source}: expected SHA-256 ${short(expected)}, found ${short(found)}. Run ${again} again`,
    { file, source, expected, actual: found },
  );
}

const PARTS = ["manifest", "samples", "chunks"] as const;
const FILES = { manifest: "run.json", samples: "samples.jsonl", chunks: CHECKSUMS_FILE };

async function contentsOf(run: string): Promise<Omit<RunSource, "path">> {
  const manifest = await readManifest(run);
  return {
    manifest: await manifestHash(run),
    samples: await sha256File(join(run, "samples.jsonl")),
    chunks: await chunksHash(run, manifest),
  };
}

/** Of what `run.json` says, not of how: two runs that differ in their environment alone are one. */
async function manifestHash(run: string): Promise<string> {
  const manifest = JSON.parse((await readBytes(join(run, "run.json"))).toString("utf8")) as Partial<RunManifest>;
  return sha256Of([JSON.stringify({ ...manifest, environment: undefined })]);
}

async function chunksHash(run: string, manifest: RunManifest): Promise<string> {
  const pieces: (string | Uint8Array)[] = [];
  for (const path of await chunkFiles(run, manifest, CHECKSUMS_FILE)) {
    pieces.push(`${basename(dirname(path))}\n`);
    if (existsSync(path)) pieces.push(await readBytes(path)); // chunks of older versions have none
  }
  return sha256Of(pieces);
}

function short(hash: string): string {
  return `${hash.slice(0, 12)}…`;
}
