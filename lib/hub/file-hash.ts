import { createHash, type Hash } from "node:crypto";
import type { HubFile } from "./tree";

/** As `HubFile.hash` is made: a git blob's begins with its size. */
export function hashOf({ hash, sizeBytes }: Pick<HubFile, "hash" | "sizeBytes">): Hash {
  return hash.length === 64 ? createHash("sha256") : createHash("sha1").update(`blob ${sizeBytes}\0`);
}
