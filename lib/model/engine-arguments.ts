import { z } from "zod";
import { optionsOf } from "../arguments/kinds";
import type { NativeEngineOptions } from "../native/addon";
import { integer, oneOf } from "../options/kinds";

const KV_TYPES = ["f16", "f32", "bf16", "q8_0"] as const satisfies readonly NativeEngineOptions["kvType"][];
const MOST = 2 ** 31 - 1;

/** What `createEngine` takes; how much of it the machine has room for is the engine's affair. */
export const engineOptions = optionsOf({
  contextTokens: integer(1, 2 ** 24).optional(),
  batchTokens: integer(1, MOST).optional(),
  microBatchTokens: integer(1, MOST).optional(),
  maxSequences: integer(2, 256).optional(),
  threads: integer(1, 512).optional(),
  kvType: oneOf(KV_TYPES).optional(),
});

export const engineArguments = z.object({ options: engineOptions });
