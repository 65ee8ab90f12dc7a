/** A confidence interval of 95 %. */
export type Interval = readonly [low: number, high: number];
