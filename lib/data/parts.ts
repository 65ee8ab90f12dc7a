import type { Sample } from "./sample";

/** Whole parts of a pool, in the order in which they are taken. */
export interface Parts {
  readonly train: Sample[];
  readonly validation: Sample[];
  readonly test: Sample[];
  /** Samples left out because another one asks the same, or because one of another split asks almost the same. */
  readonly duplicates: number;
}
