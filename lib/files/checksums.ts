import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { SteeringError } from "../errors";
import { readBytes } from "./read-file";

/** Beside the files that it is of, in the form of `sha256sum`, which checks it too. */
export const CHECKSUMS_FILE = "SHA256SUMS";

export function checksumLine(name: string, bytes: string | Uint8Array): string {
  return `${createHash("sha256").update(bytes).digest("hex")}  ${name}\n`;
}

/** The bytes of a file of a chunk. @throws ERR_FILE_FORMAT when it cannot be read, or is not what was written */
export async function readChecked(path: string): Promise<Buffer> {
  const bytes = await readBytes(path);
  const sums = join(dirname(path), CHECKSUMS_FILE);
  if (!existsSync(sums)) return bytes; // of an older run
  if ((await readBytes(sums)).toString("utf8").includes(checksumLine(basename(path), bytes))) return bytes;
  throw new SteeringError("ERR_FILE_FORMAT", `${path} is damaged: its SHA-256 is not that of ${CHECKSUMS_FILE}`, {
    path,
  });
}
