/** Numbers in order as people write them: "0, 3, 5-9". */
export function ranges(numbers: readonly number[]): string {
  const found: [first: number, last: number][] = [];
  for (const n of numbers) {
    const current = found.at(-1);
    if (current?.[1] === n - 1) current[1] = n;
    else found.push([n, n]);
  }
  return found.map(([first, last]) => (first === last ? String(first) : `${first}-${last}`)).join(", ");
}
