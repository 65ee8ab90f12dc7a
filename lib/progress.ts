/** How far something long is. */
export interface Progress {
  /** What it does now, for a reader: "24 arms x 200 questions". */
  readonly step: string;
  readonly done: number;
  readonly total: number;
  /** What `done` and `total` count, in the plural: "questions", "bytes". */
  readonly unit: string;
}

/** Told often, at least once for each unit that takes a while. What it throws ends the work. */
export type OnProgress = (progress: Progress) => void;

/** What work may be given that takes a while. */
export interface WorkOptions {
  readonly onProgress?: OnProgress | undefined;
  readonly signal?: AbortSignal | undefined;
}
