import { z } from "zod";
import { saeIds } from "./id";
import { saeIdentitySchema } from "./identity";

/** No file of ours is deeper. */
const DEEPEST = 8;

const unnamed = z.array(saeIdentitySchema.omit({ id: true }));

/**
 * A document of before SAEs had ids, when a layer had one SAE at most: the SAEs get theirs, and whatever is said of a
 * layer the id of its SAE. A document of another version is left as it is.
 *
 * @param key of its version, and the last one without ids
 * @param saes that it speaks of; its own unless given
 */
export function sinceSaeIds(
  document: unknown,
  [key, last]: readonly [key: "format" | "version", last: number],
  saes: unknown = isObject(document) ? document["saes"] : undefined,
): unknown {
  if (!isObject(document) || document[key] !== last) return document;
  const { data = [] } = unnamed.safeParse(saes);
  const named = saeIds(data).map((id, i) => ({ id, ...data[i]! }));
  const idOf = new Map(named.map(({ layer, id }) => [layer, id]));
  const since = withIds(document, idOf, 0) as Record<string, unknown>;
  return { ...since, [key]: last + 1, ...("saes" in document && { saes: named }) };
}

function withIds(value: unknown, idOf: ReadonlyMap<unknown, string>, depth: number): unknown {
  if (depth > DEEPEST) return value;
  if (Array.isArray(value)) return value.map((item) => withIds(item, idOf, depth + 1));
  if (!isObject(value)) return value;
  const entries = Object.entries(value).map(([name, inner]) => [name, withIds(inner, idOf, depth + 1)] as const);
  const sae = idOf.get(value["layer"]);
  return Object.fromEntries(sae === undefined ? entries : [["sae", sae], ...entries]);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
