import type { Interval } from "./interval";
import { mean } from "./mean";
import { studentQuantile } from "./student";

/**
 * The interval of a difference from the mean of these draws, widened to one from the mean of all that could have been drawn.
 * That mean's own interval is Student's, and the two are put together by their squares on each side (MOVER: Zou and Donner
 * 2008, Stat. Med. 27, 1693). As it is where there is one draw: nothing is then known of others.
 */
export function beyondDraws(difference: number, [low, high]: Interval, draws: readonly number[]): Interval {
  const m = draws.length;
  if (m < 2) return [low, high];
  const centre = mean(draws);
  const variance = (mean(draws.map((draw) => (draw - centre) ** 2)) * m) / (m - 1);
  const half = studentQuantile(0.975, m - 1) * Math.sqrt(variance / m);
  return [difference - Math.hypot(difference - low, half), difference + Math.hypot(high - difference, half)];
}
