import { existsSync } from "node:fs";
import { SteeringError } from "../errors";

/**
 * A file whose name its user did not give may be of something else, and would be lost.
 *
 * @param what it ought to be, for the message
 * @param read throws where it is something else
 * @throws ERR_FILE_WRITE then
 */
export async function requireOwn(path: string, what: string, read: () => unknown): Promise<void> {
  if (!existsSync(path)) return;
  try {
    await read();
  } catch (cause) {
    const message = `cannot write ${path}: it is there, and no ${what}. Move it away, or write to another folder`;
    throw new SteeringError("ERR_FILE_WRITE", message, { path }, { cause });
  }
}
