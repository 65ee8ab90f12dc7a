import { createHash } from "node:crypto";

/** A short name for a long text: the same for texts that differ in case, white space and punctuation alone. */
export function textHash(text: string): string {
  const bare = text
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();
  return createHash("sha256").update(bare).digest("hex").slice(0, 16);
}
