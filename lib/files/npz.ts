import type { TensorPlace } from "../native/tensor-place";
import { formatError } from "./format-error";
import { npyPlace } from "./npy";
import { readArchive } from "./zip/archive";

const SUFFIX = ".npy";

/**
 * Where the arrays of an archive of NumPy lie, by their names in `np.savez`.
 * @throws ERR_FILE_FORMAT as `readArchive` and `npyPlace`, and when a member is no .npy file; ERR_FILE_WRITE
 */
export async function readNpz(path: string): Promise<TensorPlace[]> {
  const members = await readArchive(path);
  const places = [];
  for (const [member, span] of members) {
    if (!member.endsWith(SUFFIX)) throw formatError(path, `member ${member} is no ${SUFFIX} file`);
    places.push(await npyPlace(member.slice(0, -SUFFIX.length), span));
  }
  return places;
}
