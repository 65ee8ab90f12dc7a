/** Thousands apart. */
export function count(n: number): string {
  return String(n).replaceAll(/\B(?=(\d{3})+$)/g, ",");
}

/** "1 token", "2,000 tokens" */
export function quantity(n: number, unit: string): string {
  return `${count(n)} ${unit}${n === 1 ? "" : "s"}`;
}

const MINUTE = 60;
const HOUR = 60 * MINUTE;

/** "41 s", "12 min", "2 h 5 min" */
export function duration(seconds: number): string {
  if (seconds < 1.5 * MINUTE) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / MINUTE);
  if (seconds < 1.5 * HOUR) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
