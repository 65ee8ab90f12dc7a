import { invalidArgument } from "../errors";
import { aboutOf, type Group } from "./option";

/** An option that none of the groups has is a slip of the pen. @throws ERR_INVALID_ARGUMENT that names the nearest known one */
export function refuseUnknown(options: object, ...groups: readonly Group[]): void {
  const shapes = groups.flatMap(({ shape }) => Object.entries(shape));
  const known = shapes.map(([name]) => name);
  const unknown = Object.keys(options).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  const [ofFlag] = shapes.find(([, schema]) => aboutOf(schema)?.flag === unknown) ?? []; // the command line's name
  const actual = (options as Record<string, unknown>)[unknown];
  throw invalidArgument(unknown, `no option of this name: the nearest is ${ofFlag ?? nearest(unknown, known)}`, actual);
}

/** The likeliest to have been meant. */
export function nearest(name: string, known: readonly string[]): string {
  return known.reduce((a, b) => (distance(name, b) < distance(name, a) ? b : a));
}

/** How many letters have to be put in, left out or changed to make one of the other, capitals aside: Levenshtein's. */
function distance(a: string, b: string): number {
  const [from, to] = [a.toLowerCase(), b.toLowerCase()];
  let row = Array.from({ length: to.length + 1 }, (_, j) => j);
  for (let i = 1; i <= from.length; i++) {
    const next = [i];
    for (let j = 1; j <= to.length; j++) {
      const change = row[j - 1]! + Number(from[i - 1] !== to[j - 1]);
      next.push(Math.min(change, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[to.length]!;
}
