/** Thousands apart. */
export function count(n: number): string {
  return String(n).replaceAll(/\B(?=(\d{3})+$)/g, ",");
}

/** "1 token", "2,000 tokens" */
export function quantity(n: number, unit: string): string {
  return `${count(n)} ${unit}${n === 1 ? "" : "s"}`;
}
