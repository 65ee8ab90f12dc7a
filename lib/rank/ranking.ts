import { z } from "zod";
import { convention, modelIdentity, pooling, saeIdentity } from "../store/manifest";

const fraction = z.number().min(0).max(1);

export const rankedFeature = z.object({
  layer: z.int().min(0),
  feature: z.int().min(0),
  /** Pearson's r of pooled activation and score. */
  r: z.number().min(-1).max(1),
  /**
   * Mean pooled activation over correct samples, zeros included; minus its magnitude for a feature of negative r.
   */
  coefficient: z.number(),
  coefficientCorrect: z.number(),
  coefficientIncorrect: z.number(),
  nActive: z.int().min(0),
  nActiveCorrect: z.int().min(0),
  nActiveIncorrect: z.int().min(0),
  frequency: fraction,
  frequencyCorrect: fraction,
  frequencyIncorrect: fraction,
});
/**
 * A feature, how it goes with being right, and how much of it to add. Frequencies are fractions of all samples.
 * @interface
 */
export type RankedFeature = z.infer<typeof rankedFeature>;

export const ranking = z.object({
  format: z.literal(1),
  task: z.string(),
  model: modelIdentity,
  saes: z.array(saeIdentity),
  convention,
  pooling,
  steerPooling: pooling,
  versions: z.object({ corrsteer: z.string(), llamaCpp: z.string() }),
  score: z.literal("pearson"),
  sign: z.enum(["positive", "negative", "both"]),
  topK: z.int().min(1),
  n: z.int().min(2),
  nCorrect: z.int().min(0),
  layers: z.array(
    z.object({
      layer: z.int().min(0),
      /** Features that fire in at least one sample, and those of them with the wanted sign of r. */
      nActiveFeatures: z.int().min(0),
      nCandidates: z.int().min(0),
      features: z.array(rankedFeature),
    }),
  ),
});
/**
 * `ranking.json`: per layer the features that go with being right, best first.
 * @interface
 */
export type Ranking = z.infer<typeof ranking>;
/** @interface */
export type RankedLayer = Ranking["layers"][number];
