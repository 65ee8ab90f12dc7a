import { z } from "zod";
import { abortSignal, callback } from "./options/kinds";
import { type Given, option } from "./options/option";

/** How far something long is. */
export interface Progress {
  /** What it does now, for a reader: "24 arms x 200 questions". */
  readonly step: string;
  readonly done: number;
  readonly total: number;
  /** What `done` and `total` count, in the plural: "questions", "bytes". */
  readonly unit: string;
}

export type OnProgress = (progress: Progress) => void;

export const workOptions = z.object({
  onProgress: option("told often, at least once for each unit that takes a while", callback<OnProgress>().optional(), {
    more: "What it throws ends the work.",
  }),
  signal: option("ends the work with its reason", abortSignal().optional()),
});

/**
 * What work may be given that takes a while.
 * @interface
 */
export type WorkOptions = Given<typeof workOptions>;
