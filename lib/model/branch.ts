import { invalidArgument, outOfRange } from "../errors";
import type { NativeBranch, NativeCapture, NativeSteering } from "../native/addon";
import { resolveSampling, type Sampling } from "./sampling";

/** One continuation of a prompt. */
export interface Branch {
  /** Added from the last prompt token on. @default none: the baseline */
  steering?: NativeSteering;
  sampling?: Sampling;
  /** Most tokens to generate; what does not fit into the context ends with reason "length". @default 256 */
  maxTokens?: number;
  /** Generation ends before the first of these. */
  stop?: readonly string[];
  /** The first generated token is one of these. @default any */
  allowedFirstTokens?: Int32Array;
  /** Tokens whose log-probability as the first generated token is wanted. */
  choiceTokens?: Int32Array;
  /**
   * Teacher forcing: these are generated whatever the model would choose, all of them, and their log-probabilities are
   * wanted. `sampling`, `maxTokens`, `stop` and `allowedFirstTokens` then mean nothing.
   */
  forcedTokens?: Int32Array;
  capture?: NativeCapture;
  /** Logits to keep: of the rows that chose generated tokens, or of every prompt row. @default "none" */
  logits?: "none" | "generated" | "prompt";
}

const NO_TOKENS = new Int32Array();

/** @throws TypeError, RangeError `ERR_INVALID_ARGUMENT`, `ERR_OUT_OF_RANGE` */
export function resolveBranch(branch: Branch, stream: boolean): NativeBranch {
  const { steering, maxTokens = 256, stop = [], allowedFirstTokens = NO_TOKENS, choiceTokens = NO_TOKENS } = branch;
  if (!Number.isInteger(maxTokens) || maxTokens < 0)
    throw outOfRange("maxTokens", "an integer of at least 0", maxTokens);
  if (branch.forcedTokens?.length === 0)
    throw invalidArgument("forcedTokens", "at least one token", branch.forcedTokens);
  if (stop.some((text) => text === "")) throw invalidArgument("stop", "strings that are not empty", stop);
  return {
    steering,
    sampling: resolveSampling(branch.sampling),
    maxTokens: Math.min(maxTokens, 2 ** 31 - 1),
    stop: [...stop],
    allowedFirstTokens,
    choiceTokens,
    forcedTokens: branch.forcedTokens ?? NO_TOKENS,
    capture: branch.capture,
    logits: branch.logits ?? "none",
    stream,
  };
}
