/**
 * Columns whose combinations with a constant are the natural cubic splines with these many knots at most, at evenly spaced
 * quantiles of the values: smooth, and straight beyond the first and the last (Hastie, Tibshirani and Friedman 2009,
 * equation 5.4). None where all values are equal.
 */
export function naturalSpline(values: readonly number[], nKnots: number): Float64Array[] {
  const sorted = Float64Array.from(values).sort();
  const [least, range] = [sorted[0]!, sorted.at(-1)! - sorted[0]!];
  if (range === 0) return [];
  const scaled = Float64Array.from(values, (value) => (value - least) / range);
  const quantile = (q: number) => (sorted[Math.round(q * (sorted.length - 1))]! - least) / range;
  const knots = [...new Set(Array.from({ length: nKnots }, (_, i) => quantile(i / (nKnots - 1))))];
  const last = knots.at(-1)!;
  const bend = (knot: number) => (x: number) =>
    (Math.max(0, x - knot) ** 3 - Math.max(0, x - last) ** 3) / (last - knot);
  const end = bend(knots.at(-2)!);
  return [scaled, ...knots.slice(0, -2).map((knot) => scaled.map((x) => bend(knot)(x) - end(x)))];
}
