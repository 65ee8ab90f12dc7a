/** One question with its answer, ready to be asked. */
export interface Sample {
  /** Unique within a task. */
  readonly id: string;
  /** The text that the model sees, without a beginning-of-sequence token. */
  readonly prompt: string;
  /** What is asked, the same in every prompt style: splits are made by it. @default prompt */
  readonly question?: string;
  /** The gold answer in the scorer's own form: an option letter, a number, "safe" or "unsafe". */
  readonly expected: string;
  /** The options as the model would write them, for example " A": for constrained answers and margins. */
  readonly choices?: readonly string[];
  /**
   * What `prompt` lists as options, where it does: a line each, letter and text ("A. ..."), one for each of `choices`. They
   * can then be asked in other orders.
   */
  readonly options?: readonly string[];
  /** Category, subject or stratum; "Age/ambig" is a part of "Age". */
  readonly group?: string;
  /**
   * What it shares with other questions that makes their answers alike: a template, a passage, a document. Splits keep the
   * questions of one cluster together, tests and intervals count on clusters. @default none: it is by itself
   */
  readonly cluster?: string;
  /** Set when the data set itself says which split a question belongs to. */
  readonly split?: SplitName;
  /** What `prompt` begins with that worked examples come after. @default "" */
  readonly preamble?: string;
  /** The question with its answer, to be shown before other questions; absent where there is no answer to show. */
  readonly example?: WorkedExample;
  /** Whether `prompt` is in a chat template: what reads as a control token there is one. @default false */
  readonly isChat?: boolean;
}

/** Both as they stand in a prompt, one after the other: white space between and after them is theirs. */
export interface WorkedExample {
  readonly question: string;
  readonly answer: string;
}

export type SplitName = "train" | "validation" | "test";
