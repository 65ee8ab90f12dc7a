import { z } from "zod";
import { deviceOptions } from "../model/options";
import { anyInteger } from "../options/kinds";
import { type Given, option } from "../options/option";
import { downloadOption } from "../hub/fetch-files";
import { workOptions } from "../progress";
import { textOptions, tokensOption } from "../text/options";

/** What is read. */
export const qualityTextOptions = z.object({
  ...textOptions.shape,
  tokens: tokensOption(20_000),
  seed: option("decides which source of text comes first", anyInteger().default(0)),
});

export const qualityOptions = z.object({
  ...qualityTextOptions.shape,
  ...deviceOptions.shape,
  ...downloadOption.shape,
  ...workOptions.shape,
});

/**
 * `device` and `threads` are the SAEs'.
 * @interface
 */
export type QualityOptions = Given<typeof qualityOptions>;
