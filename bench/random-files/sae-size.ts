export interface SaeSize {
  readonly dModel: number;
  readonly dSae: number;
}

/** Of rows whose values are near 1 and features whose rows have a norm of 1: about one in a hundred fires. */
export const THRESHOLD = 2.6;
