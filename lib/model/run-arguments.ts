import { z } from "zod";
import { finite, float32Array, int32Array, listOf, optionsOf, shapeOf, steering, text } from "../arguments/kinds";
import { abortSignal, callback, integer, numbersById, yesOrNo } from "../options/kinds";

const LOGITS = ["none", "generated", "prompt"] as const;

const sampling = optionsOf({
  temperature: finite().optional(),
  topK: finite().optional(),
  topP: finite().optional(),
  minP: finite().optional(),
  repeatPenalty: finite().optional(),
  frequencyPenalty: finite().optional(),
  presencePenalty: finite().optional(),
  penaltyTokens: finite().optional(),
  logitBias: numbersById(finite(), "numbers by token id").optional(),
  seed: finite().optional(),
});

const probe = shapeOf(
  { layer: integer(-1), weights: float32Array(), bias: finite() },
  "a probe, as featureProbe gives it",
);

/** Types and names; ranges are those of `resolveBranch` and of the engine, which knows the model. */
const branch = optionsOf({
  steering: steering().optional(),
  sampling: sampling.optional(),
  maxTokens: finite().optional(),
  stop: listOf(text(), "a list of strings").optional(),
  grammar: text().optional(),
  allowedFirstTokens: int32Array().optional(),
  choiceTokens: int32Array().optional(),
  forcedTokens: int32Array().optional(),
  capture: z.custom((value) => typeof value === "object" && value !== null, "where to put the rows").optional(),
  logits: z.enum(LOGITS, `one of ${LOGITS.join(", ")}`).optional(),
  logProbabilities: finite().optional(),
  promptLogProbabilities: finite().optional(),
  reasoning: optionsOf({ begin: text().optional(), end: text(), isOpen: yesOrNo().optional() }).optional(),
  watch: shapeOf({ names: listOf(text(), "names"), probes: listOf(probe, "probes") }, "what to watch").optional(),
});

const request = optionsOf({
  prompt: int32Array(),
  branches: listOf(branch, "at least one branch").min(1, "at least one branch"),
});

const signalled = optionsOf({ signal: abortSignal().optional() });

export const runArguments = z.object({
  request,
  options: optionsOf({ signal: abortSignal().optional(), onTokens: callback().optional() }),
});

export const runTogetherArguments = z.object({ requests: listOf(request, "a list of runs"), options: signalled });

export const streamArguments = z.object({ prompt: int32Array(), branch, options: signalled });
