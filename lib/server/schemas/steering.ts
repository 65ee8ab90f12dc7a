import { z } from "zod";

// What a request's `steering` may be. Unlike in the rest of a request unknown names are refused: what was not understood must
// not be left out in silence.

/** Beyond it nothing is left of what the model says. */
export const MOST_SCALE = 1000;
const MOST_PARTS = 64;
const MOST_LAYERS = 1024;
const MOST_WIDTH = 2 ** 16;

/** Of a profile: its file's name without `.steer.json`. Nothing of it has a meaning in a path or in a model id. */
export const PROFILE_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;

export const profileName = z.string("a string").regex(PROFILE_NAME, "a name of letters, digits, '.', '_' and '-'");

const scale = z.number("a number").min(-MOST_SCALE).max(MOST_SCALE).describe("How many times of it; 1 without it.");

const layerVector = z.strictObject({
  layer: z
    .int("an integer")
    .min(-1)
    .max(MOST_LAYERS)
    .describe("The block after which it is added; -1 is before the first."),
  vector: z
    .array(z.number("a number"), "an array of numbers")
    .min(1)
    .max(MOST_WIDTH)
    .describe("As many numbers as the residual stream is wide."),
});

/** Of the SAE of a hook point, or of an SAE's id: `blocks.12.hook_resid_post/4711`. */
export const featureName = z
  .string("a string")
  .min(1)
  .max(256)
  .regex(/^.+\/\d{1,9}$/, "an SAE and a feature, as in blocks.12.hook_resid_post/4711");

const MOST_COEFFICIENT = 1e6;
const MOST_FEATURES = 256;

const feature = z.strictObject({
  feature: featureName,
  coefficient: z
    .number("a number")
    .min(-MOST_COEFFICIENT)
    .max(MOST_COEFFICIENT)
    .describe("How much of it is added; clamp: what it is brought to; ablate: the share that is taken away."),
  mode: z.enum(["add", "clamp", "ablate"]).optional(),
});

const part = {
  profile: profileName.optional().describe("One of /v1/steering/profiles."),
  features: z
    .array(feature, "an array of features")
    .min(1)
    .max(MOST_FEATURES)
    .optional()
    .describe("Of the server's SAEs."),
  vectors: z
    .array(layerVector, "an array of vectors")
    .min(1)
    .max(MOST_LAYERS)
    .optional()
    .describe("What is added at each layer."),
  scale: scale.optional(),
  layers: z
    .array(z.int("an integer").min(-1), "an array of layers")
    .max(MOST_LAYERS)
    .optional()
    .describe("Only at these; without it at all that it has."),
};

/** What is added up. */
export const steeringPart = z.strictObject(part, "an object");
export type SteeringPart = z.output<typeof steeringPart>;

const begin = {
  last: z
    .int("an integer")
    .min(0)
    .max(2 ** 20)
    .optional()
    .describe(
      "Steering begins where the first of so many last tokens of the prompt is chosen; 0, without it: the answer's.",
    ),
  after: z
    .string("a string")
    .min(1)
    .max(1024)
    .optional()
    .describe("The same for the first token after the last place in the prompt where this text stands."),
};
/** Where in the prompt steering begins: an echoed prompt has no border between what was asked and what is scored. */
export type Begin = z.output<z.ZodObject<typeof begin>>;

const steeringObject = z
  .strictObject(
    {
      ...part,
      ...begin,
      plus: z
        .array(steeringPart, "an array of parts")
        .max(MOST_PARTS)
        .optional()
        .describe("More, each at its own scale."),
      compare: z.boolean("a boolean").optional().describe("Answer both plain and steered, forked from one prefill."),
    },
    "an object",
  )
  .describe("What is named in it, added up.");

/** What to steer by, written out. */
export type SteeringObject = z.output<typeof steeringObject>;

/** Text is as after the "@" of a model's name: `careful:0.8+terse:-0.5,last=2`. */
export const steeringRequest = z
  .union([z.string("a string").min(1).max(1024), steeringObject], "an object, a string such as careful:0.8, or null")
  .nullable()
  .describe("What to steer by: an object, `PROFILE:SCALE`, or null for nothing whatever the default is.");
export type SteeringRequest = z.output<typeof steeringRequest>;
