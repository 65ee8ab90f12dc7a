import { dirname } from "node:path";
import { z } from "zod";
import { SteeringError } from "../errors";
import { keep, recall } from "../files/recall";
import { sha256 } from "../files/schema";
import { isOwn, treePath } from "./layout";
import { isSafePath, type HubReference } from "./reference";

/** A file of a repository. */
export interface HubFile {
  readonly path: string;
  readonly sizeBytes: number;
  /** Of its bytes: SHA-256 of one in LFS, else git's SHA-1 of a blob. It names the file in the cache. */
  readonly hash: string;
}

/** Nothing that anybody publishes comes near. */
const MOST_FILES = 100_000;
const size = z
  .int()
  .min(0)
  .max(2 ** 44);
const sha1 = z.string().regex(/^[0-9a-f]{40}$/, "40 hexadecimal digits");

/** What the hub says of one, of which more is kept than is used here: Python's library reads it too. */
const entry = z.object({
  size,
  blob_id: sha1,
  lfs_sha256: sha256.optional(),
  lfs_size: size.optional(),
  xet_hash: sha256.optional(),
});
const path = z.string().refine(isSafePath, "a path within the repository");
const tree = z.object({ format_version: z.literal(1), files: z.record(path, entry) });
type Files = z.infer<typeof tree>["files"];

/** As `listFiles` of the hub's client gives it: it does not look at what came. */
const listed = z.union([
  z.object({ type: z.literal("directory"), path }),
  z.object({
    type: z.literal("file"),
    path,
    size,
    oid: sha1,
    lfs: z.object({ oid: sha256, size }).optional(),
    xetHash: sha256.optional().catch(undefined),
  }),
]);

/** All files of a commit, as they were listed before; undefined where they were not. */
export async function knownTree(reference: HubReference, commit: string): Promise<HubFile[] | undefined> {
  const known = await recall(treePath(reference, commit), tree);
  return known && filesOf(known.files);
}

/** Reads a listing to its end, and keeps it: a commit never changes. @throws ERR_HUB_ANSWER */
export async function readTree(
  reference: HubReference,
  commit: string,
  listing: AsyncIterable<unknown>,
): Promise<HubFile[]> {
  const files: Files = {};
  let n = 0;
  for await (const item of listing) {
    const { data, error } = listed.safeParse(item);
    if (error) throw answerError(reference, `a listing with ${z.prettifyError(error)}`);
    if (++n > MOST_FILES) throw answerError(reference, `a listing of more than ${MOST_FILES} files`);
    if (data.type === "directory") continue;
    const { oid, lfs, xetHash } = data;
    files[data.path] = {
      size: data.size,
      blob_id: oid,
      ...(lfs && { lfs_sha256: lfs.oid, lfs_size: lfs.size }),
      ...(xetHash !== undefined && { xet_hash: xetHash }),
    };
  }
  const place = treePath(reference, commit);
  if (await isOwn(reference, dirname(place)))
    await keep(place, { format_version: 1, files } satisfies z.infer<typeof tree>);
  return filesOf(files);
}

export function answerError({ repository }: HubReference, found: string): SteeringError {
  const message = `${repository}: the hub's answer makes no sense: ${found.replaceAll("\n", " ").slice(0, 500)}`;
  return new SteeringError("ERR_HUB_ANSWER", message, { repository });
}

function filesOf(files: Files): HubFile[] {
  return Object.entries(files)
    .map(([path, { size, blob_id, lfs_sha256, lfs_size }]) => ({
      path,
      sizeBytes: lfs_size ?? size,
      hash: lfs_sha256 ?? blob_id,
    }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}
