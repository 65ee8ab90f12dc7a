/** The part of jstat that is used; it has no types of its own. */
declare module "jstat" {
  interface Normal {
    cdf(x: number, mean: number, standardDeviation: number): number;
    inv(share: number, mean: number, standardDeviation: number): number;
  }
  interface Student {
    inv(share: number, degreesOfFreedom: number): number;
  }
  const jStat: { readonly normal: Normal; readonly studentt: Student };
  export default jStat;
}
