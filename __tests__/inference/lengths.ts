import type { Draw } from "./draw";

/** Answers' lengths as models write them: many short, few long, and what the limit cuts off. */
export function answerLengths(draw: Draw, n: number): number[] {
  return Array.from({ length: n }, () => Math.min(128, Math.ceil(Math.exp(3.3 + 0.7 * draw.normal()))));
}

/** Less their mean, in units of their deviation. */
export function standardised(values: readonly number[]): number[] {
  const mean = values.reduce((sum, value) => sum + value / values.length, 0);
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2 / values.length, 0));
  return values.map((value) => (value - mean) / deviation);
}

/**
 * Features that grow or fall with the length, steeply or not, at once from some length on, with its logarithm, or in both
 * directions; some that are little else than the length; and as many that have nothing to do with it.
 */
export function featuresOfLength(draw: Draw, lengths: readonly number[], nFeatures: number): number[][] {
  const z = standardised(lengths);
  const logarithm = standardised(lengths.map((length) => Math.log(length)));
  return Array.from({ length: nFeatures }, (_, j) => {
    const slope = draw.uniform(0.2, 3) * (draw.flip(0.5) === 1 ? 1 : -1);
    const [bar, noise, rate] = [draw.uniform(-1, 1.5), draw.uniform(0, 0.3), draw.uniform(0.05, 0.4)];
    const from = draw.uniform(-1, 1);
    const shapes = [
      (i: number) => Math.max(0, slope * z[i]! + draw.normal() - bar),
      (i: number) => Math.max(0, slope * logarithm[i]! + draw.normal() - bar),
      (i: number) => (z[i]! > from === slope > 0 ? Math.max(0, 1 + noise * draw.normal()) : 0),
      (i: number) => Math.abs(slope * z[i]!) + Math.max(0, draw.normal()),
      (i: number) => 6 + Math.sign(slope) * z[i]! + noise * draw.normal(),
      () => draw.flip(rate) * Math.exp(draw.normal() / 2),
    ];
    return lengths.map((_, i) => shapes[j % shapes.length]!(i));
  });
}
