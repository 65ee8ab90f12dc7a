/** Where counts are above 0, ascending: O(those) memory, as most features of a large SAE fire nowhere. */
export function nonZero(counts: Uint32Array): Uint32Array {
  const found: number[] = [];
  for (let i = 0; i < counts.length; i++) if (counts[i]! > 0) found.push(i);
  return Uint32Array.from(found);
}
