/** Those of the named members that are there: not undefined. */
export function pick<T, K extends keyof T>(options: T, names: readonly K[]): { [P in K]?: Exclude<T[P], undefined> } {
  return Object.fromEntries(
    names.map((name) => [name, options[name]]).filter(([, value]) => value !== undefined),
  ) as never;
}
