/**
 * Holm's adjusted p values (1979, Scand. J. Stat. 6, 65), in the order given: the family-wise error stays below the
 * level however the tests depend on each other.
 */
export function holm(pValues: readonly number[]): number[] {
  const ascending = pValues.map((p, i) => ({ p, i })).sort((a, b) => a.p - b.p);
  const adjusted = new Array<number>(pValues.length);
  let largest = 0;
  ascending.forEach(({ p, i }, rank) => {
    largest = Math.max(largest, Math.min(1, (pValues.length - rank) * p));
    adjusted[i] = largest;
  });
  return adjusted;
}

/** Adjusted within each family. @param families of each p value */
export function holmWithin(families: readonly string[], pValues: readonly number[]): number[] {
  const adjusted = new Array<number>(pValues.length);
  for (const family of new Set(families)) {
    const members = [...pValues.keys()].filter((i) => families[i] === family);
    holm(members.map((i) => pValues[i]!)).forEach((p, m) => (adjusted[members[m]!] = p));
  }
  return adjusted;
}
