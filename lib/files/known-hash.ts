import { z } from "zod";
import { cacheFolder } from "./cache-folder";
import { type HashOptions, sha256File } from "./hash";
import { readError } from "./read-file";
import { keep, recall } from "./recall";
import { sha256 } from "./schema";
import { stampOf } from "./stamp";

const known = z.object({ format: z.literal(1), stamp: z.string(), sha256 });

/** SHA-256 of a file's bytes, read once for as long as nobody writes to the file. @throws as `sha256File` */
export async function knownSha256(path: string, options: HashOptions = {}): Promise<string> {
  const {
    id,
    text: stamp,
    isSettled,
  } = await stampOf(path).catch((error: unknown) => {
    throw readError(path, error);
  });
  const place = cacheFolder("hashes", `${id}.json`);
  const remembered = await recall(place, known);
  if (remembered?.stamp === stamp) return remembered.sha256;
  const sha256 = await sha256File(path, options);
  const isSame = (await stampOf(path)).text === stamp;
  if (isSame && isSettled) await keep(place, { format: 1, stamp, sha256 } satisfies z.infer<typeof known>);
  return sha256;
}
