import { sha256 } from "./sha256";

/** A short name for a long text: the same for texts that differ in case, white space and punctuation alone. */
export function textHash(text: string): string {
  const bare = text
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();
  return sha256(bare).slice(0, 16);
}
