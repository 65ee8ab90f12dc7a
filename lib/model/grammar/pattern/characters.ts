// Sets of characters: ranges of code points, both ends in them, ascending and apart. Surrogates are in none.

import { literal } from "../gbnf";

export type Characters = readonly (readonly [first: number, last: number])[];

const LAST = 0x10ffff;
const SURROGATES = [0xd800, 0xdfff] as const;

/** Of ranges in any order, which may overlap. */
export function characters(ranges: Characters): Characters {
  return others(others(ranges));
}

/** All characters that are not in the ranges. */
export function others(ranges: Characters): Characters {
  const apart: [number, number][] = [];
  let next = 0; // the first that no range so far has
  for (const [first, last] of [...ranges, SURROGATES].sort((a, b) => a[0] - b[0])) {
    if (first > next) apart.push([next, first - 1]);
    next = Math.max(next, last + 1);
  }
  return next > LAST ? apart : [...apart, [next, LAST]];
}

export const ALL = others([]);

/** What JSON writes with a backslash. */
const ESCAPED = [...Array(0x20).keys(), 0x22, 0x5c];
const PLAIN = others(ESCAPED.map((code) => [code, code]));

/** One of them as it is within a string of JSON, in GBNF: any of these ways. */
export function writtenIn(set: Characters): readonly string[] {
  const [[first, last]] = set as [Characters[number]];
  if (set.length === 1 && first === last) return [written(first)];
  const plain = others([...others(set), ...others(PLAIN)]);
  const ranges = plain.map(([from, to]) => `${hex(from)}-${hex(to)}`).join("");
  const escaped = ESCAPED.filter((code) => set.some(([from, to]) => from <= code && code <= to));
  return [...(ranges === "" ? [] : [`[${ranges}]`]), ...escaped.map(written)];
}

function written(code: number): string {
  return literal(JSON.stringify(String.fromCodePoint(code)).slice(1, -1));
}

/** In a class of GBNF. */
function hex(code: number): string {
  return `\\U${code.toString(16).padStart(8, "0")}`;
}
