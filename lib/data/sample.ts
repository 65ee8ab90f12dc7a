/** One question with its answer, ready to be asked. */
export interface Sample {
  /** Unique within a task. */
  readonly id: string;
  /** The text that the model sees, without a beginning-of-sequence token. */
  readonly prompt: string;
  /** What is asked, without the form that the prompt gives it: splits are made by it. @default prompt */
  readonly question?: string;
  /** The gold answer in the scorer's own form: an option letter, a number, "safe" or "unsafe". */
  readonly expected: string;
  /** The options as the model would write them, for example " A": for constrained answers and margins. */
  readonly choices?: readonly string[];
  /** Category, subject or stratum. */
  readonly group?: string;
  /** Set when the data set itself says which split a question belongs to. */
  readonly split?: SplitName;
}

export type SplitName = "train" | "validation" | "test";
