import { readFile } from "node:fs/promises";
import { systemReason } from "../errors";
import { formatError } from "./format-error";

/** The bytes of a file that ought to be there. @throws ERR_FILE_FORMAT with the path and the system's error */
export async function readBytes(path: string): Promise<Buffer> {
  return await readFile(path).catch((error: unknown) => {
    throw readError(path, error);
  });
}

/** A system error as ERR_FILE_FORMAT with the path, in words alone; anything else as it is. */
export function readError(path: string, error: unknown): unknown {
  if ((error as NodeJS.ErrnoException | null | undefined)?.errno === undefined) return error;
  return formatError(path, systemReason(error), error);
}
