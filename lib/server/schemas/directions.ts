import { z } from "zod";

// Directions of the residual stream, as requests name them.

export const MOST_LAYERS = 1024;
const MOST_WIDTH = 2 ** 16;

/** Of the SAE of a hook point, or of an SAE's id: `blocks.12.hook_resid_post/4711`. */
export const featureName = z
  .string("a string")
  .min(1)
  .max(256)
  .regex(/^.+\/\d{1,9}$/, "an SAE and a feature, as in blocks.12.hook_resid_post/4711");

export function layerAt(text: string) {
  return z.int("an integer").min(-1).max(MOST_LAYERS).describe(text);
}

export function vectorOf(text: string) {
  return z
    .array(z.number("a number"), "an array of numbers")
    .min(1)
    .max(MOST_WIDTH)
    .describe(`${text} As many numbers as the residual stream is wide.`);
}
