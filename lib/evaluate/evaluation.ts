import { checkPaths } from "../arguments/check";
import { z } from "zod";
import { count, interval, sha256, share, versions } from "../files/schema";
import { modelIdentitySchema } from "../model/identity";
import { neutralSource } from "../neutral/part";
import { confound, otherSide } from "../rank/ranking";
import { SIGNS } from "../rank/sign";
import { saesOfRun } from "../run/run";
import { readStageFile } from "../run/stage-file";
import { INSTEAD_ROLES } from "./controls/control-arm";
import { CONTROLS_FOR } from "./controls/controls-for";
import { DRAWN_ROLES } from "./controls/drawn";
import { sinceSaeIds } from "../sae/before-ids";
import { taskIdentitySchema } from "../tasks/identity";
import { notRun } from "./not-run";
import { ordersSummary } from "./orders/orders-summary";

export const ARM_ROLES = [
  /** No steering: what the others are compared with. */
  "baseline",
  /** No steering once more: what differs from the baseline is arithmetic (batch shapes) alone. */
  "repeat",
  /** A profile at its own coefficients. */
  "profile",
  /** A profile at a multiple of them: the dose-response. */
  "scale",
  /** Baseline or a profile with the answer's first token held to the choices. */
  "constrained",
  /** A profile's features replaced by random ones of equal firing rate and norm. */
  "random",
  /** A profile with every coefficient's sign changed. */
  "sign-flipped",
  /** The best feature of each layer for permuted scores. */
  "shuffled",
  /** Raw residual of right minus that of wrong answers, at the profile's layers and norms. */
  "mean-difference",
  /** Weights of a probe of correctness, at the profile's layers and norms. */
  "probe-direction",
  /** No steering, an instruction before the question. */
  "prompt-only",
] as const;
export type ArmRole = (typeof ARM_ROLES)[number];

/** Answers whose text or score differs from that of the arm compared with. Right is a score above 0. */
const changes = z.object({
  rightToWrong: count,
  wrongToRight: count,
  wrongToOtherWrong: count,
  rightToOtherRight: count,
});
/** @interface */
export type Changes = z.infer<typeof changes>;

const sideEffects = z.object({
  /** Answers that changed; those of them that score lower; those that score higher. */
  changed: count,
  worse: count,
  better: count,
  /** worse / changed, the paper's definition; null when nothing changed. */
  ofChanged: share.nullable(),
  /** worse / (worse + better), the published code's: wrong answers that became other wrong ones do not count. */
  ofRescored: share.nullable(),
});
/**
 * What steering changed, and what of it for the worse (side effect ratio).
 * @interface
 */
export type SideEffects = z.infer<typeof sideEffects>;

export const comparison = z.object({
  /** Name of the arm that this one is compared with, on the same questions. */
  with: z.string(),
  /** Of the mean score, this arm's minus the other's. */
  difference: z.number(),
  /** Bonett and Price's where scores are 0 or 1, of as many as clustered ones are worth; else `bootstrapInterval`. */
  interval,
  /** BCa bootstrap over questions, or over their clusters. */
  bootstrapInterval: interval,
  /** Of a profile among several: 95 % for those of all at once, so also for the one that is picked as the best. */
  simultaneousInterval: interval.exactOptional(),
  test: z.enum(["mid-p McNemar", "paired permutation", "paired permutation by cluster"]),
  /** Two-sided. */
  pValue: share,
  /** Least difference that this test, with as many answers rescored, finds in 80 %, after Holm; older versions did not say. */
  detectable: share.exactOptional(),
  /** Holm's, over the different arms of this role and reference. */
  adjustedP: share,
  changes,
  sideEffects,
  /** Mean number of generated tokens, this arm's minus the other's. */
  lengthChange: z.number(),
});
/** @interface */
export type Comparison = z.infer<typeof comparison>;

const layerReceipt = z.object({
  layer: count,
  rows: count,
  /** Older versions had no steering that leaves rows alone. */
  leftAlone: count.default(0),
  meanAddedNorm: z.number(),
  maxAddedNorm: z.number(),
  meanResidualNorm: z.number(),
  /** Older versions left it to who reads. */
  addedShare: z.number().exactOptional(),
});

const reading = z.object({
  /** "unclear": the interval is not of one kind. */
  is: z.enum(["format", "knowledge", "both", "unclear"]),
  /** What forcing the choices leaves: the difference with them forced on both arms, as a part of that without. */
  share: z.number(),
  /** Of the share, by Fieller; null where it may be any. */
  interval: interval.nullable(),
});
/**
 * Whether a difference is one of the answers' form, which forced choices take away, of what is known, or of both.
 * @interface
 */
export type Reading = z.infer<typeof reading>;

const armSummary = z.object({
  name: z.string(),
  role: z.enum(ARM_ROLES),
  /** The profile that this arm is, or is a control for. */
  profile: z.string().nullable(),
  /** Factor on the profile's coefficients, and on its dose where it has one. */
  scale: z.number(),
  /** With equal divergence: the factor by which the arm keeps to it, and what it then was, on the texts that it was tuned on. */
  dose: z.object({ scale: z.number(), kl: z.number() }).exactOptional(),
  /** The arm that steers with the very same vectors, or with none as well: its answers are these. */
  sameAs: z.string().nullable(),
  n: count,
  /** Answers with a score above 0, and their share: the mean score where scores are 0 or 1. */
  correct: count,
  accuracy: share,
  meanScore: share,
  /** Of the mean score: Wilson's where scores are 0 or 1, else BCa bootstrap. */
  interval,
  /** Null for the baseline. */
  comparison: comparison.nullable(),
  /** Of a profile that was run with the choices forced, too, if its difference is shown; older versions did not say. */
  reading: reading.exactOptional(),
  /** Share of answers that are one of the choices and nothing else; null where there are no choices. */
  formatValid: share.nullable(),
  /** The answer given most often, and by what share: an arm that gives one answer to all knows nothing of the question. */
  commonestAnswer: z.object({ completion: z.string(), share }),
  /** Share of answers that repeat themselves; older versions did not say. */
  repeating: share.exactOptional(),
  meanGeneratedTokens: z.number(),
  /** Mean log-probability of the gold choice minus the best other one's, natural logarithm; null without choices. */
  meanMargin: z.number().nullable(),
  /** Of the questions that are safe to answer, how many were refused; null where the task has none such. */
  overRefusal: z.object({ n: count, refused: count, share }).nullable(),
  /**
   * On neutral text: mean KL divergence from the unsteered model, nats a token, with its 95th percentile over positions, which
   * older versions did not say, and perplexity; and the share of its beginnings that, gone on with, repeat themselves: measured
   * where there is a gain, by older versions always or never.
   */
  neutral: z
    .object({
      meanKl: z.number(),
      p95Kl: z.number().exactOptional(),
      perplexity: z.number(),
      repeating: z.number().exactOptional(),
    })
    .nullable(),
  /** By category; empty for controls. */
  groups: z.array(z.object({ group: z.string(), n: count, meanScore: share, difference: z.number().nullable() })),
  /** What was added to each layer, over all answers. */
  receipt: z.array(layerReceipt),
});
/**
 * How one arm did, and how it differs from the arm that it is compared with.
 * @interface
 */
export type ArmSummary = z.infer<typeof armSummary>;

const controlSummary = z.object({
  /** The profile that the draws, or the arm, are in place of. */
  profile: z.string(),
  /** Older versions have only "random" and "shuffled". */
  role: z.enum(INSTEAD_ROLES),
  /** Names of the draws' arms, or of the only arm. */
  arms: z.array(z.string()),
  meanDifference: z.number(),
  /** Lowest and highest difference of a draw. */
  range: interval,
  /** Draws that raise the mean score measurably (unadjusted p), and draws whose difference is at least the profile's. */
  nGaining: count,
  nAtLeastProfile: count,
  /** Draws whose difference is at least the lower end of the profile's interval. */
  nInInterval: count.exactOptional(),
  /** The profile's mean score minus that of the draws on average, or of the arm, on the same questions. */
  advantage: z
    .object({
      difference: z.number(),
      /** As a comparison's; of draws a bootstrap's, widened to hold for others that could have been drawn. */
      interval,
      test: comparison.shape.test,
      /** Two-sided; over questions, of these draws. */
      pValue: share,
      /** Holm's, over the profiles that have such a control. */
      adjustedP: share,
    })
    .exactOptional(),
  /** Of the profile among its draws: (1 + draws at least as good) / (1 + draws). */
  rank: z
    .object({
      p: share,
      /** Step-down max-T of Westfall and Young, over the profiles that have such draws. */
      adjustedP: share,
    })
    .exactOptional(),
});
/**
 * How a profile compares with what is steered, or asked, in its place. Differences are in mean score, to the baseline.
 * @interface
 */
export type ControlSummary = z.infer<typeof controlSummary>;

const nullSummary = z.object({
  /** What the features were ranked for, by which score, within which strata, given which covariates. */
  target: z.string(),
  score: z.string(),
  /** Which r count: of them thresholds are; older versions did not say. */
  sign: z.enum(SIGNS).exactOptional(),
  stratifiedBy: z.string().nullable(),
  covariates: z.array(z.string()),
  permutations: count,
  seed: z.int(),
  alpha: share,
  /** What the strongest of all layers (r, -r or |r|, by `sign`) reaches in a share `alpha` of the permutations. */
  threshold: z.number(),
  nSurvivors: count,
  /** The strongest of the sign that was not asked for, where nothing survives, or that would; older versions did not look. */
  otherSide: otherSide.nullable().exactOptional(),
  /** Features so near `alpha` that the permutations do not decide. */
  nUndecided: count.exactOptional(),
  /** One for each SAE. */
  layers: z.array(
    z.object({
      sae: z.string(),
      layer: count,
      /** Where features of the layer's SAE are added, as receipts number layers; as `layer` where it is not said. */
      nativeLayer: z.int().min(-1).exactOptional(),
      threshold: z.number(),
      nSurvivors: count,
      bestInsideNull: z.boolean(),
    }),
  ),
  /** What else could explain the survivors. */
  confounds: z.array(confound),
});
/**
 * What of the ranking clears the permutation null.
 * @interface
 */
export type NullSummary = z.infer<typeof nullSummary>;

export const evaluation = z.object({
  format: z.literal(3),
  versions,
  /** As in `run.json`. */
  task: taskIdentitySchema,
  model: modelIdentitySchema,
  n: count,
  /** Of the bootstrap, the permutation test and the draws of controls. */
  seed: z.int(),
  /** What "score" means here: "accuracy" where every score is 0 or 1. */
  metric: z.enum(["accuracy", "mean score"]),
  /**
   * Of the split, where it was given: selected on, validated on, tested on, left out as duplicates, and tested on though one
   * of the same words or cluster was selected or validated on, which older versions did not count.
   */
  questions: z
    .object({ train: count, validation: count, test: count, duplicates: count, leaked: count.exactOptional() })
    .nullable(),
  arms: z.array(armSummary).min(1),
  /** Of each profile that steers, by kind of control. */
  controls: z.array(controlSummary),
  /** Controls of which draws were asked in rounds, as many as needed: none where no profile gains. */
  drawnInRounds: z.array(z.enum(DRAWN_ROLES)).exactOptional(),
  /** Profiles that controls were run for; older versions ran all but draws for all. */
  controlsFor: z.enum(CONTROLS_FOR).exactOptional(),
  /** What was asked for and left out, as it could tell nothing; older versions left out draws only, and did not say. */
  notRun: z.array(notRun).exactOptional(),
  /** With the options in several orders; absent where that was not asked for, and in older versions. */
  orders: ordersSummary.exactOptional(),
  /** Null where the ranking has no permutation null. */
  significance: nullSummary.nullable(),
  /** Features of profiles that fire on everything, about equally: a constant shift. Older versions did not say. */
  constantFeatures: z
    .array(z.object({ profile: z.string(), sae: z.string(), layer: count, feature: count, frequency: share }))
    .exactOptional(),
  /** The instruction of the arm "prompt-only". */
  instruction: z.string().nullable(),
  /** What `neutral` of the arms was measured on; older versions reported on all texts. */
  neutral: z.object({ ...neutralSource.partial().shape, text: z.string(), nTokens: count }).nullable(),
  /** All arms were brought to this divergence: the 95th percentile on these texts, nats a token; absent where none was. */
  equalKl: z.object({ nats: z.number(), neutral: neutralSource }).exactOptional(),
  /** What the run is made of, as in `run.json`, with what was given in its place; null outside a pipeline. */
  setup: z.record(z.string(), z.json()).nullable(),
  /** The verdict in one sentence. */
  headline: z.string(),
  /** Plain sentences: what helped, and whether that is more than format, arithmetic or chance. */
  verdict: z.array(z.string()),
  /** Of profiles made for another file of the same shape. */
  warnings: z.array(z.string()),
  /** SHA-256 of what was measured, and of the answers; older versions did not say. */
  measured: z
    .object({
      /** Of the files that the profiles were chosen from and told of in; none for profiles of no run. */
      ranking: sha256.exactOptional(),
      selection: sha256.exactOptional(),
      /** Of each profile's vectors, by name. */
      profiles: z.record(z.string(), sha256),
      /** Of `evaluation-samples.jsonl`. */
      answers: sha256,
    })
    .exactOptional(),
});
/**
 * `evaluation.json`: how the arms did, and what may be concluded.
 * @interface
 */
export type Evaluation = z.infer<typeof evaluation>;

export const EVALUATION_FILE = "evaluation.json";

/** @throws ERR_RUN_INCOMPLETE before evaluate; ERR_FILE_FORMAT */
export async function readEvaluation(directory: string): Promise<Evaluation> {
  checkPaths({ directory });
  const saes = await saesOfRun(directory);
  const schema = z.preprocess((document) => sinceSaeIds(document, ["format", 2], saes), evaluation);
  return (await readStageFile(directory, EVALUATION_FILE, schema, "evaluate")).document;
}
