import type { RandomBelow } from "../../lib/statistics/random";

export interface Mutant {
  /** What was done to it, to find it again by eye. */
  readonly name: string;
  readonly sizeBytes: number;
}

/** One kind of file that people get from others, and how this program reads it. */
export interface Kind {
  /** Makes, in the folder, what mutants are made of, unless it is there. */
  prepare?(folder: string): Promise<void>;
  /** Names of what mutants are made of. */
  readonly originals: readonly string[];
  /** Writes one of them into the folder as it is. */
  put(original: string, folder: string): void;
  /** Writes a mutant into a folder of its own, over the one before: the same numbers, the same mutant. */
  make(random: RandomBelow, folder: string): Mutant;
  /** Opens it and uses it as the program would. Refusing it by an error with a code is right, all else is a finding. */
  open(folder: string): Promise<void>;
}
