import type { Sample } from "../data/sample";
import type { DownloadOptions } from "../hub/fetch-files";

/** What a scorer gets to see of an answer. */
export interface Answer {
  /** What the model wrote, after its reasoning in `<think>` if there is some; where whole choices are tried, the one that is the answer. */
  readonly completion: string;
  /** First token of each of the sample's choices, in order; choices that begin alike share one. Where one is written. */
  readonly choiceTokens?: ArrayLike<number>;
  /**
   * Natural logarithm of the probability of each of them as the answer's first token, before any constraint; where whole
   * choices are tried, of all tokens of each choice.
   */
  readonly choiceLogProbabilities?: ArrayLike<number>;
  /** That of the gold choice minus that of the best other one; where whole choices are tried, what they are worth. */
  readonly margin?: number;
}

/** Correctness in [0, 1], and with it finite numbers by name that the artefacts keep; best the same names for every answer. */
export type Score = number | { readonly score: number; readonly extras?: Readonly<Record<string, number>> };

/** One way to say how right an answer is. */
export interface Scorer {
  /** What artefacts and `--scorer` call it. */
  readonly name: string;
  /** The model that scores, where one does, for the artefacts: id and revision, with a hash once it is loaded. */
  readonly model?: string;
  /**
   * What a whole choice is worth as the answer, by the natural logarithm of its probability after the prompt. With a scorer
   * that has this the model writes nothing: each choice is tried, after a prompt that leaves them out, and the one that is
   * worth most is the answer, of equal ones the first.
   */
  weigh?(choice: string, logProbability: number): number;
  /** Called for up to 32 answers at a time, so a promise may wait for the others. */
  score(answer: Answer, sample: Sample): Score | Promise<Score>;
  /**
   * Whether there is something in the answer that it can score, right or wrong: a number, a letter. A run whose first
   * answers have none says so. @default one of the choices and nothing else; without choices any text
   */
  reads?(answer: Answer, sample: Sample): boolean;
  /** Throws for a sample whose answers it could not score, whatever they are. Called before the first question is asked. */
  check?(sample: Sample): void;
  /** Gets ready: downloads and loads a model. Called before the first question is asked, perhaps more than once. */
  prepare?(options: DownloadOptions): Promise<void>;
}
