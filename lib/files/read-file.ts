import { readFile } from "node:fs/promises";
import { SteeringError } from "../errors";

/** The bytes of a file that ought to be there. @throws ERR_FILE_FORMAT with the path and the system's error */
export async function readBytes(path: string): Promise<Buffer> {
  return await readFile(path).catch((cause: unknown) => {
    const reason = (cause as Error).message;
    throw new SteeringError("ERR_FILE_FORMAT", `${path}: ${reason}`, { path, reason }, { cause });
  });
}
