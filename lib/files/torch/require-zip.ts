import { open } from "node:fs/promises";
import { formatError } from "../format-error";
import { readError } from "../read-file";

const ZIP = Buffer.from("PK");
/** A pickle of protocol 2 or later. */
const PICKLE = 0x80;

/** PyTorch before 1.6, and `_use_new_zipfile_serialization=False`, put pickles one behind the other. @throws ERR_FILE_FORMAT */
export async function requireZip(path: string): Promise<void> {
  const start = Buffer.alloc(ZIP.length);
  const file = await open(path).catch((error: unknown) => {
    throw readError(path, error);
  });
  try {
    await file.read(start, 0, start.length, 0);
  } catch (error) {
    throw readError(path, error);
  } finally {
    await file.close();
  }
  if (start.equals(ZIP)) return;
  if (start[0] !== PICKLE) throw formatError(path, "not a file of torch.save: expected a ZIP archive");
  const advice = "save it anew: torch.save(torch.load(path, weights_only=True), path)";
  throw formatError(path, `it has the form of PyTorch before 1.6, which is not read; ${advice}`);
}
