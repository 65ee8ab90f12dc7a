import jStat from "jstat";

/** The t that is exceeded with a probability of 1 - `share`, by Student's distribution. */
export function studentQuantile(share: number, degreesOfFreedom: number): number {
  return jStat.studentt.inv(share, degreesOfFreedom);
}
