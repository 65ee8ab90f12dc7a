import { z } from "zod";
import { anyInteger, callback, integer } from "../options/kinds";
import { type Given, option } from "../options/option";
import { workOptions } from "../progress";
import { saeOptions } from "../sae/options";
import { textOptions, tokensOption } from "../text/options";

/** How much is told of each feature. */
export const exampleOptions = z.object({
  contexts: option("contexts that each feature is strongest in", integer(1, 1000).default(20), {
    more: "Of a sequence the strongest position alone.",
  }),
  perRange: option(
    "contexts of each fifth of its activations, and twice as many held out",
    integer(1, 100).default(4),
    {
      more: "What is held out scores a label that was made without it.",
    },
  ),
  seed: option(
    "of what is drawn: the contexts of each fifth, and those in which a feature is not active",
    anyInteger().default(0),
  ),
});

export const featuresOptions = z.object({
  ...textOptions.shape,
  tokens: tokensOption(1_000_000),
  ...exampleOptions.shape,
  ...saeOptions.pick({ weightType: true, device: true, threads: true }).shape,
  onMemory: option(
    "told before anything is read how many bytes are taken beside those of model and encoders",
    callback<(bytes: number) => void>().optional(),
  ),
  ...workOptions.shape,
});

/** @interface */
export type FeaturesOptions = Given<typeof featuresOptions>;
