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
