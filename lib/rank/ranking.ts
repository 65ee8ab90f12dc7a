import { checkArguments } from "../arguments/check";
import { shapeOf } from "../arguments/kinds";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { correlation, count, share, versions } from "../files/schema";
import { SIGNS } from "./sign";
import { runSource } from "../run/source";
import { readStageFile, type Hashed } from "../run/stage-file";
import { pooling } from "../run/manifest";
import { sinceSaeIds } from "../sae/before-ids";
import { conventionSchema } from "../sae/convention";
import { modelIdentitySchema } from "../model/identity";
import { saeIdentitySchema } from "../sae/identity";

/** What features can be ordered by. */
export const CRITERIA = [
  "pearson",
  "mutual-information",
  "mutual-information-quantile",
  "fisher",
  "mean-difference",
  "auroc",
] as const;

export const rankedFeature = z.object({
  /** Id of its SAE, and that one's layer. */
  sae: z.string(),
  layer: count,
  feature: count,
  /** Pearson's r of pooled activation and score. */
  r: correlation,
  /** The same given the ranking's covariates and strata, and of what can move between clusters; null without all three. */
  partialR: correlation.nullable(),
  /** What the layer is ordered by, larger is better: |r| (partial where anything is given), or the other score asked for. */
  criterion: z.number(),
  /** Mean pooled activation over correct samples, zeros included; minus its magnitude for a feature of negative r. */
  coefficient: z.number(),
  coefficientCorrect: z.number(),
  coefficientIncorrect: z.number(),
  /** Mean over the correct samples in which the feature fires; 0 where there are none. */
  coefficientActive: z.number(),
  nActive: count,
  nActiveCorrect: count,
  nActiveIncorrect: count,
  frequency: share,
  frequencyCorrect: share,
  frequencyIncorrect: share,
  /** Of the pooled activation: standard deviation over mean; older versions did not say. */
  variation: z.number().min(0).exactOptional(),
  /** Of r by itself: probability of one as far from 0, on either side, when the score has nothing to do with it. */
  p: share.nullable(),
  /** Probability that a layer whose activations have nothing to do with the score has an r this large somewhere. */
  layerP: share.nullable(),
  /** The same of all layers together. */
  familyWiseP: share.nullable(),
  /** False-discovery rate (Benjamini-Yekutieli) at which the feature would be one of the discoveries. */
  q: share.nullable(),
  /** Fraction of bootstrap resamples in which the feature is its layer's best. */
  stability: share.nullable(),
});
/**
 * A feature, how it goes with being right, and how much of it to add. Frequencies are fractions of all samples. Null is
 * what was not computed.
 * @interface
 */
export type RankedFeature = z.infer<typeof rankedFeature>;

export const otherSide = z.object({
  sae: z.string(),
  layer: count,
  feature: count,
  /** Given the covariates, strata and clusters where there are any. */
  r: correlation,
  /** Probability of an r as far from 0 on that side, anywhere in all layers, when the score has nothing to do with them. */
  familyWiseP: share,
});
/**
 * The strongest feature of the sign that was not asked for: it is tested on its own side, and no candidate.
 * @interface
 */
export type OtherSide = z.infer<typeof otherSide>;

const permutationNull = z.object({
  permutations: z.int().min(1),
  /** Where no number was asked for: the most that are made while fewer leave open which features survive. */
  mostPermutations: count.exactOptional(),
  /** Features of which these permutations leave open, but for a risk of 1 in 1,000, on which side of alpha more would put them. */
  nUndecided: count.exactOptional(),
  seed: z.int(),
  alpha: share,
  /** What is stronger than this (r, -r or |r|, as `sign` says) has `familyWiseP` of at most alpha. */
  threshold: z.number(),
  /** At `probabilities`: quantiles of the strongest of all layers under permuted scores, to plot. */
  probabilities: z.array(share),
  quantiles: z.array(z.number()),
  /** The strongest of the sign that was not asked for, where nothing survives, or that would; older versions did not look. */
  otherSide: otherSide.nullable().exactOptional(),
  /** One for each SAE. */
  layers: z.array(
    z.object({
      sae: z.string(),
      layer: count,
      /** What is stronger than this has `layerP` of at most alpha. */
      threshold: z.number(),
      quantiles: z.array(z.number()),
      /** Features whose `familyWiseP` is at most alpha. */
      nSurvivors: count,
      /** Whether the layer's strongest feature is no stronger than chance gives: there are no survivors. */
      bestInsideNull: z.boolean(),
    }),
  ),
});

export const confound = z.object({
  /** What is known of the answers beside their score: "formatValid", "chosenOption", "completionTokens". */
  variable: z.string(),
  /** "given": as a covariate. "within": as strata. */
  how: z.enum(["given", "within"]),
  /** What is stronger than this survives; null where the variable says all there is to say of the score. */
  threshold: z.number().nullable(),
  /** How many of `features` still survive. */
  nSurvivors: count,
  /** Those of `layers` that survive without it; null for one whose r is then not of the wanted sign. */
  features: z.array(
    z.object({
      sae: z.string(),
      layer: count,
      feature: count,
      r: z.number().nullable(),
      familyWiseP: share.nullable(),
    }),
  ),
});
/**
 * Whether something simpler explains the features that survive.
 * @interface
 */
export type Confound = z.infer<typeof confound>;

const ranking = z.object({
  format: z.literal(3),
  task: z.string(),
  model: modelIdentitySchema,
  saes: z.array(saeIdentitySchema),
  convention: conventionSchema,
  pooling,
  steerPooling: pooling,
  versions,
  /** What activations are correlated with: the answers' "score", or another variable of the samples. */
  target: z.string(),
  /** Whether the target was turned round: 1 - y. */
  reverse: z.boolean(),
  score: z.enum(CRITERIA),
  /** Which r count. A feature's strength, which thresholds are of, is r, -r or |r|. */
  sign: z.enum(SIGNS),
  topK: z.int().min(1),
  /** Samples in which a feature must fire to be a candidate. */
  minSupport: z.int().min(1),
  /** Variables of the samples that r is given, and scores permuted among samples alike in them. */
  covariates: z.array(z.string()),
  /** Variable of the samples within whose equal values r is taken and scores are permuted; null: over all samples. */
  stratifiedBy: z.string().nullable(),
  n: z.int().min(2),
  /** Clusters of samples, whose scores stay together when they are permuted; absent where each sample is by itself. */
  nClusters: count.exactOptional(),
  /** Samples that count as correct. */
  nCorrect: count,
  /** One for each SAE, in the order of `saes`. */
  layers: z.array(
    z.object({
      sae: z.string(),
      layer: count,
      /** Features that fire in at least one sample, and those of them with support enough and the wanted sign of r. */
      nActiveFeatures: count,
      nCandidates: count,
      features: z.array(rankedFeature),
    }),
  ),
  /** What permuted scores give; null where it was not asked for, or single samples were not kept. */
  null: permutationNull.nullable(),
  /** How often the best feature of all layers stays the best when the samples are drawn again. */
  bootstrap: z.object({ resamples: z.int().min(1), seed: z.int(), stability: share }).nullable(),
  /** What else could explain the survivors; empty where that was not asked. */
  confounds: z.array(confound),
  /** What a reader must know, in sentences. */
  notes: z.array(z.string()),
  /** The shards, the first of which is where the ranking lies; older versions did not say. */
  runs: z.array(runSource).exactOptional(),
});
/**
 * `ranking.json`: per layer the features that go with being right, best first.
 * @interface
 */
export type Ranking = z.infer<typeof ranking>;
/** @interface */
export type RankedLayer = Ranking["layers"][number];

/** Whether features are judged by a partial r: there are covariates, strata or clusters. */
export function isGiven({ covariates, stratifiedBy, nClusters }: Ranking): boolean {
  return covariates.length > 0 || stratifiedBy !== null || nClusters !== undefined;
}

/** What decides on a feature's sign and rank: r, given the ranking's covariates, strata and clusters where there are any. */
export function decidingR({ r, partialR }: Pick<RankedFeature, "r" | "partialR">): number {
  return partialR ?? r;
}

/** Best first; of equals the larger r, then the lower index. */
export function byRank(a: RankedFeature, b: RankedFeature): number {
  return b.criterion - a.criterion || decidingR(b) - decidingR(a) || a.feature - b.feature;
}

const survivesArguments = z.object({
  feature: shapeOf({ familyWiseP: share.nullable() }, "a ranked feature"),
  ranking: shapeOf({ null: shapeOf({ alpha: share }, "a null").nullable() }, "a ranking"),
  alpha: share.optional(),
});

/**
 * Whether a feature's r is beyond what permuted scores give anywhere in all layers; null where no scores were permuted.
 * @param alpha family-wise error. @default the ranking's own
 */
export function survives(feature: RankedFeature, ofRanking: Ranking, alpha?: number): boolean | null {
  checkArguments(survivesArguments, { feature, ranking: ofRanking, alpha });
  const { familyWiseP } = feature;
  const { null: permuted } = ofRanking;
  return permuted === null || familyWiseP === null ? null : familyWiseP <= (alpha ?? permuted.alpha);
}

export const RANKING_FILE = "ranking.json";

/** What is said of SAEs is of those that the file names. */
const consistentRanking = ranking.superRefine(({ saes, layers }, context) => {
  const refuse = (path: PropertyKey[], expected: string) =>
    context.addIssue({ code: "custom", path, message: expected });
  if (layers.length !== saes.length) refuse(["layers"], `expected one for each of ${saes.length} SAEs`);
  layers.slice(0, saes.length).forEach(({ sae, features }, i) => {
    const { id, dSae } = saes[i]!;
    if (sae !== id) refuse(["layers", i, "sae"], `expected ${id}`);
    const stray = features.findIndex((own) => own.sae !== id || own.feature >= dSae);
    if (stray >= 0) refuse(["layers", i, "features", stray], `expected a feature of ${id}, which has ${dSae}`);
  });
});

const anyRanking = z.preprocess((document) => sinceSaeIds(document, ["format", 2]), consistentRanking);

/** @throws ERR_RUN_INCOMPLETE before rank; ERR_FILE_FORMAT */
export async function readRanking(directory: string): Promise<Ranking> {
  return (await readRankingFile(directory)).document;
}

/** The same with the file's hash. */
export function readRankingFile(directory: string): Promise<Hashed<Ranking>> {
  return readStageFile(directory, RANKING_FILE, anyRanking, "rank");
}

/** Undefined where it is gone. @throws ERR_FILE_FORMAT */
export async function findRankingFile(directory: string): Promise<Hashed<Ranking> | undefined> {
  return existsSync(join(directory, RANKING_FILE)) ? readRankingFile(directory) : undefined;
}
