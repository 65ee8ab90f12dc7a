import { z } from "zod";
import { invalidArgument } from "../errors";
import type { NativeBranch, NativeCapture, NativeProbe, NativeReasoning, NativeSteering } from "../native/addon";
import { integer, list, text } from "../options/kinds";
import { type Given, option } from "../options/option";
import { checkOption, resolveOptions } from "../options/resolve";
import { resolveSampling, type Sampling } from "./sampling";

/** How long an answer is. */
export const lengthOptions = z.object({
  maxTokens: option("most tokens to generate", integer(0).default(256), {
    more: 'What does not fit into the context ends with reason "length".',
  }),
  stop: option(
    "end before the first of these",
    list(text("strings that are not empty").min(1, "strings that are not empty"), "strings").default([]),
    { value: "text", reads: "texts" },
  ),
});

/** What a branch is steered by, as `createSteering` and `loadSteering` make it. */
export interface BranchSteering {
  /** Undefined where it does nothing. @internal */
  readonly native: NativeSteering | undefined;
  /** Equal steerings have equal fingerprints. */
  readonly fingerprint: string;
}

/** Numbers to read off the residual stream while a branch runs, such as `watchFeatures` gives. */
export interface Watched {
  /** What each is, for people. */
  readonly names: readonly string[];
  readonly probes: readonly NativeProbe[];
}

/** What tells reasoning and answer apart in the text of a model that reasons first. */
export interface ReasoningMarks {
  /** After which it reasons again. @default none */
  readonly begin?: string;
  /** After which it answers. */
  readonly end: string;
  /** Whether the prompt ends within reasoning. @default false */
  readonly isOpen?: boolean;
}

/** One continuation of a prompt. */
export interface Branch extends Given<typeof lengthOptions> {
  /** @default none: the baseline */
  steering?: BranchSteering;
  sampling?: Sampling;
  /**
   * A grammar in GBNF, as llama.cpp has it, that the text is held to: it begins at the rule `root`, and the answer ends where
   * nothing may follow, or with an end token where the text is whole. With reason "length" it is not whole. @default none
   */
  grammar?: string;
  /** The first generated token is one of these. @default any */
  allowedFirstTokens?: Int32Array;
  /** Tokens whose log-probability as the first generated token is wanted. */
  choiceTokens?: Int32Array;
  /**
   * Teacher forcing: these are generated whatever the model would choose, all of them, and their log-probabilities are
   * wanted. `sampling`, `maxTokens`, `stop`, `grammar` and `allowedFirstTokens` then mean nothing.
   */
  forcedTokens?: Int32Array;
  capture?: NativeCapture;
  /** Logits to keep: of the rows that chose generated tokens, or of every prompt row. @default "none" */
  logits?: "none" | "generated" | "prompt";
  /** Log-probabilities of the generated tokens, with so many of the likeliest beside each. @default none */
  logProbabilities?: number;
  /**
   * The same of the prompt's tokens after the first. What is asked of the prompt's rows, a run of one branch only can
   * have, and they are shared with no other run. @default none
   */
  promptLogProbabilities?: number;
  /** For steering of the one or the other alone. @default all is the answer */
  reasoning?: ReasoningMarks;
  /** Read at the row that chose each generated token, once it was steered. @default nothing */
  watch?: Watched;
}

const NO_TOKENS = new Int32Array();

/** @throws TypeError, RangeError `ERR_INVALID_ARGUMENT`, `ERR_OUT_OF_RANGE` */
export function resolveBranch(branch: Branch, stream: boolean): NativeBranch {
  const { steering, allowedFirstTokens = NO_TOKENS, choiceTokens = NO_TOKENS } = branch;
  const { maxTokens, stop } = resolveOptions(lengthOptions, branch);
  if (branch.forcedTokens?.length === 0)
    throw invalidArgument("forcedTokens", "at least one token", branch.forcedTokens);
  return {
    steering: steering?.native,
    sampling: resolveSampling(branch.sampling),
    maxTokens: Math.min(maxTokens, 2 ** 31 - 1),
    stop,
    grammar: branch.grammar ?? "",
    allowedFirstTokens,
    choiceTokens,
    forcedTokens: branch.forcedTokens ?? NO_TOKENS,
    capture: branch.capture,
    logits: branch.logits ?? "none",
    logProbabilities: resolveTop("logProbabilities", branch),
    promptLogProbabilities: resolveTop("promptLogProbabilities", branch),
    stream,
    reasoning: branch.reasoning && resolveMarks(branch.reasoning),
    watch: [...(branch.watch?.probes ?? [])],
  };
}

function resolveMarks({ begin = "", end, isOpen = false }: ReasoningMarks): NativeReasoning {
  if (end === "") throw invalidArgument("reasoning.end", "a string that is not empty", end);
  return { begin, end, isOpen };
}

/** How many of the likeliest tokens; more than the vocabulary has is the engine's affair. */
function resolveTop(name: "logProbabilities" | "promptLogProbabilities", branch: Branch): number | undefined {
  const value = branch[name];
  if (value !== undefined) checkOption(name, integer(0, 2 ** 31 - 1), value);
  return value;
}
