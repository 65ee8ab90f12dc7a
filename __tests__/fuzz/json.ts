import type { RandomBelow } from "../../lib/statistics/random";
import { damage, edge, pick } from "./bytes";

/** Values that a reader may not have thought of. */
const VALUES: readonly unknown[] = [
  ...[null, true, 0, -1, 0.5, 1e308, 2 ** 26, 2 ** 31, 2 ** 53, 1e15],
  ...["", "\ud800", "__proto__", "../..", "a".repeat(5000), "\u0000", [], {}, [[]], { length: 1e9 }],
];

/**
 * JSON with one to three values changed (to `words` too), removed, repeated or moved; or bytes that need not be JSON any
 * more.
 */
export function mutateJson(
  text: string,
  random: RandomBelow,
  words: readonly string[] = [],
): { text: string; name: string } {
  if (random(6) === 0) {
    const { name, bytes } = damage(random, Buffer.from(text));
    return { name, text: bytes.toString("utf8") };
  }
  const document: unknown = JSON.parse(text);
  const names = Array.from({ length: 1 + random(3) }, () => change(document, random, words));
  return { text: JSON.stringify(document), name: names.join("; ") };
}

function change(document: unknown, random: RandomBelow, words: readonly string[]): string {
  const { holder, key, path } = place(document, random);
  const value = holder[key];
  switch (random(5)) {
    case 0:
      if (Array.isArray(holder)) holder.splice(Number(key), 1);
      else delete holder[key];
      return `no ${path}`;
    case 1:
      if (Array.isArray(holder)) holder.push(value);
      else holder[`${key}x`] = value;
      return `${path} twice`;
    case 2:
      holder[key] = place(document, random).holder;
      break;
    case 3:
      if (typeof value === "number") {
        holder[key] = Number(edge(random, BigInt(Math.trunc(value))));
        break;
      }
    // falls through
    default:
      holder[key] = pick(random, [...VALUES, ...words]);
  }
  if (isCircular(document)) holder[key] = null;
  return `${path} is ${JSON.stringify(holder[key] ?? null).slice(0, 60)}`;
}

function place(document: unknown, random: RandomBelow): { holder: Record<string, unknown>; key: string; path: string } {
  let holder = document as Record<string, unknown>;
  const path: string[] = [];
  for (;;) {
    const keys = Object.keys(holder);
    const key = keys.length > 0 ? pick(random, keys) : "x";
    path.push(key);
    const value = holder[key];
    const isHolder = typeof value === "object" && value !== null && Object.keys(value).length > 0;
    if (!isHolder || random(3) === 0) return { holder, key, path: path.join(".") };
    holder = value as Record<string, unknown>;
  }
}

function isCircular(document: unknown): boolean {
  try {
    JSON.stringify(document);
    return false;
  } catch {
    return true;
  }
}
