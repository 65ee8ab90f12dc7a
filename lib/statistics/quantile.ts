/** With linear interpolation between order statistics (type 7 of Hyndman and Fan). */
export function quantile(ascending: Float64Array, q: number): number {
  const at = q * (ascending.length - 1);
  const low = Math.floor(at);
  const value = ascending[low]!;
  return low === at ? value : value + (at - low) * (ascending[low + 1]! - value);
}
