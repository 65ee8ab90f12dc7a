/** Something that bears on a profile's difference: a clause of a sentence, and whether it speaks against a gain. */
export interface Finding {
  readonly clause: string;
  readonly doubt: boolean;
}
