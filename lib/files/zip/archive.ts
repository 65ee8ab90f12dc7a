import { extracted } from "../extracted";
import { formatError } from "../format-error";
import { knownSha256 } from "../known-hash";
import type { Span } from "../span";
import { inflated } from "./inflated";
import { readMembers, type ZipMember } from "./members";

/** Weights hardly deflate, and biases that are all zero are small: more than this is a trap. */
const MAX_RATIO = 32;
const RATIO_SLACK = 64 * 2 ** 20;

/**
 * Where each member's bytes lie, by name: in the archive itself, or, of deflated ones, in the cache.
 * @throws ERR_FILE_FORMAT as `readMembers`, and when members would inflate to more than 64 MiB and 32 times their size;
 * ERR_FILE_WRITE when the cache cannot take them
 */
export async function readArchive(path: string): Promise<ReadonlyMap<string, Span>> {
  const members = await readMembers(path);
  const deflated = members.filter(({ isDeflated }) => isDeflated);
  requirePlausible(deflated, path);
  const hash = deflated.length > 0 ? await knownSha256(path) : "";
  const spans = new Map<string, Span>();
  for (const [i, member] of members.entries()) {
    const span = member.isDeflated ? await extracted(hash, String(i), member.fullSize, () => inflated(member)) : member;
    spans.set(member.name, span);
  }
  return spans;
}

function requirePlausible(deflated: readonly ZipMember[], path: string): void {
  const sum = (field: "size" | "fullSize") => deflated.reduce((total, member) => total + member[field], 0);
  const [size, fullSize] = [sum("size"), sum("fullSize")];
  if (fullSize <= MAX_RATIO * size + RATIO_SLACK) return;
  throw formatError(path, `its ${size} deflated bytes would become ${fullSize}: more than ${MAX_RATIO} times as many`);
}
