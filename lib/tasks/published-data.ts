/** A data set of the Hugging Face hub, as the task that asks its questions needs it. */
export interface PublishedData {
  /** "user/name" of its repository. */
  readonly repository: string;
  /** Commit, where the files that this was written for are known by one; else a branch. */
  readonly revision: string;
  /** Which of its files are needed, by their paths in it. */
  readonly files: RegExp;
  /** Of the questions, as SPDX names it. */
  readonly licence: string;
  /** About what is to be downloaded. */
  readonly sizeBytes: number;
}
