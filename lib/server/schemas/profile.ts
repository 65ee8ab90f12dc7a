import { z } from "zod";
import type { FeaturePages } from "../../features/folder";
import type { SaeFolder } from "../../sae/folder";
import { requestedAs } from "../features";
import { featurePageAnswer } from "./feature-page";
import type { StoredProfile } from "../steering/profiles";

const MOST_VECTOR_BYTES = 2 ** 28;

/** A profile as it is listed. */
export const profileAnswer = z.object({
  name: z.string(),
  model: z.string().describe("What `model` may be in a request for it."),
  made_for: z.object({ name: z.string(), sha256: z.string() }),
  warning: z.string().nullable().describe("That it was made for another file of this shape."),
  task: z.string().describe("Where its features were found."),
  n: z.int().describe("Of how many samples."),
  fingerprint: z.string(),
  layers: z.array(z.int()),
  features: z.array(
    z.object({
      name: z
        .string()
        .nullable()
        .describe("What `features` of a request call it; null where it can't be added by itself here."),
      sae: z.string(),
      layer: z.int(),
      native_layer: z.int(),
      feature: z.int(),
      coefficient: z.number(),
      r: z.number(),
      page: featurePageAnswer,
    }),
  ),
});

/** One that cannot be used is listed with why. */
export const brokenProfile = z.object({ name: z.string(), problem: z.string() });

export const profileUpload = z.object({
  profile: z.looseObject({}, "an object").describe("What its *.steer.json holds."),
  vectors: z.base64("base64").max(MOST_VECTOR_BYTES).describe("What its safetensors file holds, in base64."),
});

export async function profileAnswerOf(
  served: string,
  { name, document, steering, warning }: StoredProfile,
  saes: readonly SaeFolder[],
  pageOf: FeaturePages,
) {
  const { task, n, features, model } = document;
  const names = await requestedAs(document, saes);
  return {
    name,
    model: `${served}@${name}`,
    made_for: { name: model.name, sha256: model.sha256 },
    warning: warning ?? null,
    task,
    n,
    fingerprint: steering.fingerprint,
    layers: steering.layers,
    features: features.map(({ sae, layer, nativeLayer, feature, coefficient, r }, i) => ({
      ...{ name: names[i]!, sae, layer, native_layer: nativeLayer, feature, coefficient, r },
      page: pageOf(`${sae}/${feature}`) ?? null,
    })),
  };
}
