import { z } from "zod";
import { deviceOptions } from "../model/options";
import type { NativeSaePlan } from "../native/addon";
import { abortSignal, oneOf } from "../options/kinds";
import { type Given, option } from "../options/option";

export const WEIGHT_TYPES = ["f32", "f16", "bf16", "q8_0"] as const satisfies readonly NativeSaePlan["weightType"][];

export const saeOptions = z.object({
  weightType: option(
    "how SAE encoders are kept in memory: f32 is exact, bf16 and q8_0 are smaller and faster",
    oneOf(WEIGHT_TYPES).default("f32"),
  ),
  ...deviceOptions.shape,
  signal: abortSignal().optional(),
});

/** @interface */
export type SaeOptions = Given<typeof saeOptions>;
