import type { z } from "zod";
import type { Group } from "./option";

/** The options that were given: defaults apply to the others. */
export function given<T extends object>(options: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as never;
}

/** Of what was given, the options of a group. */
export function givenOf<G extends Group>({ shape }: G, options: object): Partial<z.input<G>> {
  return Object.fromEntries(Object.entries(given(options)).filter(([name]) => name in shape)) as Partial<z.input<G>>;
}
