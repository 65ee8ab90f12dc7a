import { checkPaths } from "../arguments/check";
import { z } from "zod";
import { comparison } from "../evaluate/evaluation";
import { count, interval, sha256, share, versions } from "../files/schema";
import { VARIANTS } from "../select/selection";
import { modelIdentitySchema } from "../model/identity";
import { readStageFile } from "../run/stage-file";
import { taskIdentitySchema } from "../tasks/identity";

const transferTarget = z.object({
  /** The run whose test questions these are. */
  run: z.string(),
  task: taskIdentitySchema,
  /** Questions asked, and those left out as one of the runs selected or validated on them. */
  n: count,
  leftOut: count,
  /** What "score" means here: "accuracy" where every score is 0 or 1. */
  metric: z.enum(["accuracy", "mean score"]),
  /** Without steering. */
  baseline: share,
  interval,
});
/**
 * The questions that profiles were tried on.
 * @interface
 */
export type TransferTarget = z.infer<typeof transferTarget>;

const transferCell = z.object({
  /** The run that the profile is of, and the one whose questions it was tried on. */
  source: z.string(),
  target: z.string(),
  meanScore: share,
  /** With the target's baseline; p adjusted (Holm) over the sources of a target. */
  comparison,
});
/** @interface */
export type TransferCell = z.infer<typeof transferCell>;

export const transferMatrix = z.object({
  format: z.literal(1),
  versions: versions,
  model: modelIdentitySchema,
  variant: z.enum(VARIANTS),
  /** The runs whose profiles were tried, how many features each has, and the SHA-256 of its vectors. */
  sources: z.array(z.object({ run: z.string(), task: z.string(), nFeatures: count, vectors: sha256.exactOptional() })),
  targets: z.array(transferTarget),
  cells: z.array(transferCell),
  /** What a reader must know, in sentences. */
  notes: z.array(z.string()),
});
/**
 * `transfer.json`: what the profile of each run does to the test questions of each run.
 * @interface
 */
export type TransferMatrix = z.infer<typeof transferMatrix>;

export const TRANSFER_FILE = "transfer.json";

/** @throws ERR_RUN_INCOMPLETE without a transfer; ERR_FILE_FORMAT */
export async function readTransfer(directory: string): Promise<TransferMatrix> {
  checkPaths({ directory });
  return (await readStageFile(directory, TRANSFER_FILE, transferMatrix, "transfer")).document;
}
