import { z } from "zod";
import { featureName, layerAt, MOST_LAYERS, vectorOf } from "./directions";
import { during, when, within } from "./steered-rows";

// What a request's `steering` may be. Unlike in the rest of a request unknown names are refused: what was not understood must
// not be left out in silence.

/** Beyond it nothing is left of what the model says. */
export const MOST_SCALE = 1000;
const MOST_PARTS = 64;

const WRONG = { code: "invalid_steering" };
const NOTHING_NAMED = "it needs a profile, features or vectors";

/** Of a profile: its file's name without `.steer.json`. Nothing of it has a meaning in a path or in a model id. */
export const PROFILE_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;

export const profileName = z.string("a string").regex(PROFILE_NAME, "a name of letters, digits, '.', '_' and '-'");

const scale = z.number("a number").min(-MOST_SCALE).max(MOST_SCALE).describe("How many times of it; 1 without it.");

const reach = z
  .strictObject(
    {
      weights: vectorOf("w of the score w . x + bias of a row x."),
      bias: z.number("a number").optional().describe("0 without it."),
      threshold: z.number("a number"),
      from: z
        .enum(["above", "below"])
        .describe("Which rows: those whose score is above the threshold, or those below."),
    },
    "an object",
  )
  .describe("A score that rows are brought to the threshold of, as far as they are from it.");

const layerVector = z
  .strictObject({
    layer: layerAt("The block after which it is added; -1 is before the first."),
    vector: vectorOf("What is added, or the way to what is to be reached.").optional(),
    reach: reach.optional(),
  })
  .refine((of) => of.vector !== undefined || of.reach !== undefined, {
    error: "it needs a vector, or what to reach",
    params: WRONG,
  });
export type LayerVectorAsked = z.output<typeof layerVector>;

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
    .describe("What is added, or reached, at each layer."),
  scale: scale.optional(),
  layers: z
    .array(z.int("an integer").min(-1), "an array of layers")
    .max(MOST_LAYERS)
    .optional()
    .describe("Only at these; without it at all that it has."),
  within: within.optional(),
  during: during.optional(),
  when: when.optional(),
};
const somePart = z.strictObject(part, "an object");
export type SteeringPart = z.output<typeof somePart>;

/** What is added up. */
const steeringPart = somePart.refine(namesSomething, { error: NOTHING_NAMED, params: WRONG });

function namesSomething({ profile, features, vectors }: SteeringPart): boolean {
  return profile !== undefined || features !== undefined || vectors !== undefined;
}

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
  .refine(isWhole, { error: NOTHING_NAMED, params: WRONG })
  .refine(beginsOnce, {
    error: "last and after say where it begins, and so does within: say one of them",
    params: WRONG,
  })
  .describe("What is named in it, added up.");

/** What to steer by, written out. */
export type SteeringObject = z.output<typeof steeringObject>;

interface Asked extends SteeringPart, Begin {
  readonly plus?: readonly SteeringPart[] | undefined;
  readonly compare?: boolean | undefined;
}

/** Whether there is something that scale, layers, rows and beginnings are of. */
function isWhole(asked: Asked): boolean {
  if (namesSomething(asked)) return true;
  const { plus, last, after } = asked;
  const hasPart = Object.keys(asked).some((key) => key in part);
  return !hasPart && (plus !== undefined || (last ?? after) === undefined);
}

function beginsOnce({ last, after, plus = [], ...first }: Asked): boolean {
  return (last ?? after) === undefined || [first, ...plus].every(({ within }) => within === undefined);
}

/** Text is as after the "@" of a model's name: `careful:0.8+terse:-0.5,last=2`. */
export const steeringRequest = z
  .union([z.string("a string").min(1).max(1024), steeringObject], "an object, a string such as careful:0.8, or null")
  .nullable()
  .describe("What to steer by: an object, `PROFILE:SCALE`, or null for nothing whatever the default is.");
export type SteeringRequest = z.output<typeof steeringRequest>;
