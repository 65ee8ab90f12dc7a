import { z } from "zod";
import { featureName } from "./directions";
import { featurePageAnswer } from "./feature-page";

const MOST_LISTED = 100;
const text = z.string("a string").min(1).max(256).optional();
const whole = (least: number, most: number) => z.coerce.number("a number").int("an integer").min(least).max(most);

export const runQuery = z.object({
  sort: z.enum(["highest-r", "lowest-r"]).default("highest-r"),
  layer: whole(0, 2 ** 16)
    .optional()
    .describe("Of this layer's SAEs alone."),
  promotes: text.describe("Only features that promote a token with this in it."),
  example: text.describe("Only features among whose strongest examples one has this in its question or answer."),
  offset: whole(0, 2 ** 31 - 1).default(0),
  limit: whole(1, MOST_LISTED).default(20),
});
export type RunQuery = z.output<typeof runQuery>;

export const runFeatureName = z.object({ name: featureName });

export const runFeature = z.object({
  name: z.string().describe("What `features` of a request call it, where it is usable."),
  usable: z.boolean().describe("Whether this server has the SAE, so that requests may name the feature."),
  sae: z.string(),
  layer: z.int(),
  native_layer: z.int(),
  feature: z.int(),
  r: z.number(),
  family_wise_p: z.number().nullable(),
  frequency: z.number(),
  coefficient: z.number().describe("As learned: how much of it is added."),
  page: featurePageAnswer,
});
export type RunFeature = z.output<typeof runFeature>;

export const runFeatures = z.object({
  object: z.literal("list"),
  total: z.int().describe("How many were found, of which these are some."),
  data: z.array(runFeature),
});

const tokens = z.array(z.object({ token: z.string(), logit: z.number() }));

export const runFeatureDetail = z.object({
  ...runFeature.shape,
  promoted: tokens.describe("The tokens whose logits its direction raises most; none where the SAE is not here."),
  suppressed: tokens,
  examples: z
    .array(
      z.object({
        id: z.string(),
        activation: z.number(),
        prompt: z.string(),
        completion: z.string(),
        gold: z.string(),
        score: z.number(),
      }),
    )
    .describe("The questions in whose answers it is strongest; none of a run that kept moments alone."),
});

export const runAnswer = z.object({
  task: z.string(),
  n: z.int().describe("Of how many answers."),
  warning: z.string().nullable().describe("That it is of another file of this shape."),
  n_features: z.int(),
  layers: z.array(z.int()),
});
