/** Samples of one group change places with each other when scores are permuted. */
export interface Groups {
  /** [n], the number of each sample's group. */
  readonly of: Uint32Array;
  readonly sizes: readonly number[];
}

export function oneGroup(n: number): Groups {
  return { of: new Uint32Array(n), sizes: [n] };
}
