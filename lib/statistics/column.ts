/** One feature's activations: of the samples in which it fires. */
export interface Column {
  /** Ascending. */
  readonly samples: Uint32Array;
  readonly values: Float32Array;
}
