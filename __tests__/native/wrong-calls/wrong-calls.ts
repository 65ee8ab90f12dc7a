import type { RandomBelow } from "../../../lib/statistics/random";
import type { ValidCall } from "./valid-calls";
import { WRONG_VALUES } from "./wrong-values";

interface WrongCall {
  /** For example `engine.run(0: { branches: NaN })`. */
  readonly name: string;
  readonly call: () => unknown;
}

type Path = readonly (string | number)[];
const DEEPEST = 4;

/** Of each valid call with one of its arguments, or one member of one, made wrong in every way: so many percent. */
export function* wrongCalls(
  calls: readonly ValidCall[],
  { random, percent }: { readonly random: RandomBelow; readonly percent: number },
): Generator<WrongCall> {
  for (const { name, call, values } of calls) {
    for (const path of pathsIn(values)) {
      for (const [text, make] of Object.entries(WRONG_VALUES)) {
        if (random(100) >= percent) continue;
        yield {
          name: `${name} ${path.join(".")} = ${text}`,
          call: () => call(...(changed(values, path, make()) as never[])),
        };
      }
    }
  }
}

/** Of arguments, of the members of plain objects in them, of the first of each list; and of an option that is not there. */
function* pathsIn(value: unknown, path: Path = []): Generator<Path> {
  if (path.length > 0) yield path;
  if (path.length > DEEPEST) return;
  if (Array.isArray(value)) {
    const indices = path.length === 0 ? value.keys() : value.slice(0, 1).keys();
    for (const i of indices) yield* pathsIn(value[i], [...path, i]);
  } else if (isPlain(value)) {
    for (const [key, member] of Object.entries({ ...value, unknown: undefined }))
      yield* pathsIn(member, [...path, key]);
  }
}

function changed(value: unknown, [key, ...rest]: Path, member: unknown): unknown {
  if (key === undefined) return member;
  const inner = changed((value as Record<string | number, unknown>)[key], rest, member);
  if (Array.isArray(value)) return value.map((old: unknown, i) => (i === key ? inner : old));
  return { ...(value as object), [key]: inner };
}

/** An object of this realm's, or of the addon's. */
function isPlain(value: unknown): value is object {
  if (typeof value !== "object" || value === null) return false;
  const prototype = Object.getPrototypeOf(value) as { constructor?: { name: string } } | null;
  return prototype === null || prototype.constructor?.name === "Object";
}
