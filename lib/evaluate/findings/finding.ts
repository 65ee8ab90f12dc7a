/** Something that bears on a profile's difference: a clause of a sentence, and whether it speaks against a gain. */
export interface Finding {
  readonly clause: string;
  readonly doubt: boolean;
  /** The same in few words, without a number, for the headline; null where that leads with it. @default `clause` */
  readonly brief?: string | null;
}
