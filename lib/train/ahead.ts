/** What is known before a model reads anything. */
export interface TrainPlan {
  /** Features of each SAE. */
  readonly dSae: number;
  readonly steps: number;
  /** Layers that are trained at once, and are not yet there: each pass reads the texts again. */
  readonly passes: readonly (readonly number[])[];
  /** About how much memory training has at its peak. */
  readonly peakBytes: number;
}
