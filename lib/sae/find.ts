import { readdir, stat } from "node:fs/promises";
import { dirname, extname, join, relative } from "node:path";
import { SteeringError, systemReason } from "../errors";
import type { SaeFormat, SaeSource } from "./formats/format";
import { BY_EXTENSION, FORMATS } from "./formats/formats";
import { isFile } from "./is-file";

const MAX_DEPTH = 3;

export interface FoundSae extends SaeSource {
  readonly format: SaeFormat;
  /** What it is called in errors: its folder, or its file where a folder has several. */
  readonly path: string;
}

/** The SAE of a file of weights, or those right in a folder. @throws ERR_SAE_FORMAT for a folder that cannot be read */
export async function saesAt(path: string): Promise<FoundSae[]> {
  if (!(await isFile(path))) return inFolder(path, await namesIn(path));
  for (const folder of [dirname(path), dirname(dirname(path))]) {
    const found = inFolder(folder, await namesIn(folder)).find(({ weightsPath }) => relative(weightsPath, path) === "");
    if (found) return [{ ...found, path }];
  }
  const format = BY_EXTENSION[extname(path)];
  return format ? [{ format, path, folder: dirname(path), weightsPath: path }] : [];
}

/** The same, and those of the folders within, at most three folders down, in the order of their names. */
export async function saesUnder(path: string, depth = 0): Promise<FoundSae[]> {
  const found = await saesAt(path);
  if (found.length > 0 || depth === MAX_DEPTH || (await isFile(path))) return found;
  const below: FoundSae[] = [];
  for (const name of (await namesIn(path)).sort()) {
    const child = join(path, name);
    const status = await stat(child).catch(() => undefined); // a link to nowhere is no SAE
    if (status?.isDirectory()) below.push(...(await saesUnder(child, depth + 1)));
  }
  return below;
}

function inFolder(folder: string, names: readonly string[]): FoundSae[] {
  const there = new Set(names);
  for (const format of FORMATS) {
    const weights = format.find(there);
    if (weights.length === 0) continue;
    return weights.map((name) => {
      const weightsPath = join(folder, name);
      return { format, folder, weightsPath, path: weights.length === 1 ? folder : weightsPath };
    });
  }
  return [];
}

async function namesIn(path: string): Promise<string[]> {
  try {
    return await readdir(path);
  } catch (cause) {
    const reason = systemReason(cause);
    throw new SteeringError(
      "ERR_SAE_FORMAT",
      `cannot look for SAEs in ${path}: ${reason}`,
      { path, reason },
      { cause },
    );
  }
}
