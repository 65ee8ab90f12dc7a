import { checkPaths } from "../arguments/check";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { count, interval, sha256, share } from "../files/schema";
import { neutralSource } from "../neutral/part";
import { rankedFeature } from "../rank/ranking";
import { lockExistingRun } from "../run/lock";
import { runSource } from "../run/source";
import { readStageFile, type Hashed } from "../run/stage-file";
import { isUnfinished } from "../run/together";
import { sinceSaeIds } from "../sae/before-ids";
import { saesOfRun } from "../run/run";

export const VARIANTS = ["S", "A", "P", "P+", "output-score", "joint", "joint-weighted", "causal", "gated"] as const;
/**
 * How features are chosen. CorrSteer's: S the best of all layers, A the best of each, P those of A that help alone. Ours:
 * P+, those of A that a paired test says help alone; output-score, the best of each layer that act on what the model says;
 * joint, those that a sparse fit says each tell something of their own, and joint-weighted, the same by the fit's own
 * coefficients; causal, those of many candidates whose effect was measured. MERA's, which chooses no features: gated, a probe
 * of correctness that rows are brought to a threshold of.
 */
export type Variant = (typeof VARIANTS)[number];

/** Where candidates of causal come from: the best by rank, the best of those that output-score keeps, those that joint keeps. */
export const POOLS = ["correlation", "output-score", "joint"] as const;
export type Pool = (typeof POOLS)[number];

export const SIGNIFICANCES = ["family-wise", "none"] as const;
/** "family-wise": only features that the permutation null does not explain. "none": the paper's forced choice. */
export type Significance = (typeof SIGNIFICANCES)[number];

/** What a trial has to raise. */
export const OUTCOMES = ["margin", "choice", "score"] as const;
/** The same in words. */
export const RISES: Readonly<Record<(typeof OUTCOMES)[number], string>> = {
  margin: "the gold choice's margin and how often it is the likeliest",
  choice: "how often the gold choice is the likeliest",
  score: "the mean score",
};

export const droppedLayer = z.object({
  sae: z.string(),
  layer: count,
  feature: count,
  r: z.number(),
  familyWiseP: share.nullable(),
});
/**
 * A layer whose best feature may be chance.
 * @interface
 */
export type DroppedLayer = z.infer<typeof droppedLayer>;

export const validation = z.object({
  n: count,
  /** Mean score without steering; in `layers`, with that layer's features alone. */
  baselineScore: share,
  layers: z.array(
    z.object({
      layer: count,
      features: z.array(count),
      /** Ids of their SAEs, where they are of several. */
      saes: z.array(z.string()).exactOptional(),
      score: share,
      /** P+ only: one-sided, and adjusted for the number of layers. */
      pValue: share.nullable(),
      adjustedP: share.nullable(),
      kept: z.boolean(),
    }),
  ),
});
/**
 * How pruning (P, P+) went on the `n` validation questions.
 * @interface
 */
export type Validation = z.infer<typeof validation>;

/** A mean paired difference over questions, steered minus not. */
const effect = { effect: z.number(), interval };

export const screenedTrial = z.object({
  /** How many questions it was asked: all of them unless it was dropped before. */
  n: count,
  ...effect,
  scoreDifference: z.number(),
  /** Of the share of questions whose gold choice is the likeliest; of the score where they have no choices. */
  choiceDifference: z.number(),
  /** One-sided, of margins the larger of two; null for a candidate that was dropped, which counts as 1. */
  pValue: share.nullable(),
  adjustedP: share.nullable(),
  /** Whether it raises what has to rise, significantly, and the mean score does not fall. */
  helps: z.boolean(),
  /** Index in `stages` after which it was given up; null when it was asked all questions. */
  droppedAtStage: count.nullable(),
});
/**
 * How a trial fared on the validation questions.
 * @interface
 */
export type ScreenedTrial = z.infer<typeof screenedTrial>;

/** A feature at one coefficient. */
const dosed = {
  sae: z.string(),
  layer: count,
  feature: count,
  coefficient: z.number(),
  /** What the coefficient is: "mean x 2", "residual x 0.1". */
  dose: z.string(),
};

export const screenedCandidate = z.object({
  ...dosed,
  /** Those of the pools asked for that it is of; older versions had one, "correlation". */
  pools: z.array(z.enum(POOLS)).exactOptional(),
  ...screenedTrial.shape,
});
/** @interface */
export type ScreenedCandidate = z.infer<typeof screenedCandidate>;

export const jointStep = z.object({
  ...dosed,
  /** Of adding it to what was kept so far; it did best of as many as were tried, which `pValue` is not adjusted for. */
  ...effect,
  tried: count,
  pValue: share,
  kept: z.boolean(),
});
/** @interface */
export type JointStep = z.infer<typeof jointStep>;

/** Tokens that the model decoded for all of it, and answers (candidate times question) that it gave. */
const cost = z.object({ decodedTokens: count, answers: count });

export const causalRecord = z.object({
  /** What had to rise; `effect` is of it, of margins in log-probability. */
  outcome: z.enum(OUTCOMES),
  /** Questions asked by the end of each stage; the last is all of them. */
  stages: z.array(count),
  /** Most features of each layer and pool. */
  mostOfLayer: z.int().min(1).exactOptional(),
  pools: z.array(z.enum(POOLS)).exactOptional(),
  candidates: z.array(screenedCandidate),
  /** Of answers: candidates that it had no room for, and whether joining ended for want of them. */
  budget: z.object({ answers: count, leftOut: count, ranOut: z.boolean() }).exactOptional(),
  steps: z.array(jointStep),
  /** The final features together against no steering; null when none is kept. */
  joint: z.object({ ...effect, scoreDifference: z.number(), choiceDifference: z.number(), pValue: share }).nullable(),
  cost,
});
/**
 * How selection by effect went on the validation questions.
 * @interface
 */
export type CausalRecord = z.infer<typeof causalRecord>;

export const gatedRecord = z.object({
  outcome: z.enum(OUTCOMES),
  /** Questions asked by the end of each stage; the last is all of them. */
  stages: z.array(count),
  /** Of each place that an SAE reads: mean and deviation of the log-odds over the run's samples, and how well they tell. */
  probes: z.array(z.object({ sae: z.string(), layer: count, mean: z.number(), deviation: z.number(), auc: share })),
  /** `saes` name the probes that are brought to so many deviations `above` their mean, together. */
  candidates: z.array(z.object({ saes: z.array(z.string()), above: z.number(), ...screenedTrial.shape })),
  /** Index of the candidate that the profile is; null where none helps. */
  chosen: count.nullable(),
  cost,
});
/**
 * How the thresholds of a gate were calibrated on the validation questions.
 * @interface
 */
export type GatedRecord = z.infer<typeof gatedRecord>;

export const outputScoreRecord = z.object({
  /** What the model goes on with, how much of a feature is added there, and the logit-lens tokens that are looked for. */
  prompt: z.string(),
  amplification: z.number(),
  nTokens: count,
  /** The least score of a feature that is kept. */
  least: share,
  /** Of what `significance` leaves. */
  features: z.array(z.object({ sae: z.string(), layer: count, feature: count, score: share })),
});
/**
 * How far features act on what the model says next, by themselves.
 * @interface
 */
export type OutputScoreRecord = z.infer<typeof outputScoreRecord>;

export const jointRecord = z.object({
  n: count,
  nCorrect: count,
  /** Features that the fit chooses among: those with the largest F, of what `significance` leaves. */
  nCandidates: count,
  /** Of the sum of the absolute weights, beside the mean log-loss. */
  penalty: z.number(),
  /** Fits, each to half of the samples, and the share of them that has to have a feature. */
  nFits: count,
  agreement: share,
  /** Those that some fit has: mean weight of a standard deviation, and the share of the fits with a weight of its sign. */
  features: z.array(
    z.object({ sae: z.string(), layer: count, feature: count, weight: z.number(), share, kept: z.boolean() }),
  ),
});
/**
 * How the sparse joint fit went on the samples of the ranking.
 * @interface
 */
export type JointRecord = z.infer<typeof jointRecord>;

export const selection = z.object({
  variant: z.enum(VARIANTS),
  /** Ascending by layer, with the coefficient that each is steered with; none when none survived or helped. */
  features: z.array(rankedFeature),
  dropped: z.array(droppedLayer),
  validation: validation.exactOptional(),
  outputScores: outputScoreRecord.exactOptional(),
  joint: jointRecord.exactOptional(),
  causal: causalRecord.exactOptional(),
  gated: gatedRecord.exactOptional(),
  /**
   * With a KL budget: the factor on all mean coefficients, the divergence on neutral text (nats a token), and which text that
   * was; older versions tuned on all of the one built in.
   */
  budget: z.object({ scale: z.number(), meanKl: z.number(), neutral: neutralSource.exactOptional() }).exactOptional(),
});
/**
 * Which features to steer with, and why these.
 * @interface
 */
export type Selection = z.infer<typeof selection>;

const selectionFile = z.object({
  format: z.literal(3),
  significance: z.enum(SIGNIFICANCES),
  alpha: share,
  /** Most features of a layer. */
  topK: z.int().min(1),
  /** The coefficient policy: "mean", "active-mean", "contrast", "residual:<fraction>" or "kl:<nats>". */
  coefficient: z.string(),
  /** Whether the first steered layer also gets its SAE's decoder bias, as the published decode mode does. */
  decode: z.boolean(),
  seed: z.int(),
  selections: z.array(selection),
  /** Of the `ranking.json` that all this was made of, and the runs that it names; older versions did not say. */
  ranking: sha256.exactOptional(),
  runs: z.array(runSource).exactOptional(),
  /** Of the files of each variant's profile; older versions did not say. */
  profiles: z.partialRecord(z.enum(VARIANTS), z.object({ document: sha256, vectors: sha256 })).exactOptional(),
});
/**
 * `selection.json`.
 * @interface
 */
export type SelectionFile = z.infer<typeof selectionFile>;

export const SELECTION_FILE = "selection.json";

/** @throws ERR_RUN_INCOMPLETE before select; ERR_FILE_FORMAT */
export async function readSelections(directory: string): Promise<SelectionFile> {
  checkPaths({ directory });
  return (await readSelectionFile(directory)).document;
}

/** The same with the file's hash. */
export async function readSelectionFile(directory: string): Promise<Hashed<SelectionFile>> {
  await finishSelection(directory);
  const saes = await saesOfRun(directory);
  const schema = z.preprocess((document) => sinceSaeIds(document, ["format", 2], saes), selectionFile);
  return readStageFile(directory, SELECTION_FILE, schema, "select");
}

/** Undefined where it is gone. @throws ERR_FILE_FORMAT */
export async function findSelectionFile(directory: string): Promise<Hashed<SelectionFile> | undefined> {
  await finishSelection(directory);
  return existsSync(join(directory, SELECTION_FILE)) ? readSelectionFile(directory) : undefined;
}

/** A stage that was killed may have left part of a selection to move to its place. @throws ERR_RUN_LOCKED */
async function finishSelection(directory: string): Promise<void> {
  if (isUnfinished(directory)) (await lockExistingRun(directory)).release();
}
