/** Which samples are correct: 1, else 0. */
export interface Outcomes {
  readonly correct: Uint8Array;
  readonly nCorrect: number;
}
