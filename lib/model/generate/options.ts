import { z } from "zod";
import { instanceOf, int32Array, listOf, optionsOf, steering, text } from "../../arguments/kinds";
import { abortSignal, integer, oneOf, thing, yesOrNo } from "../../options/kinds";
import { type Given, option } from "../../options/option";
import { type ChatMessage, ROLES } from "../../prompt/chat-template";
import { type BranchSteering, lengthOptions, type Watched } from "../branch";
import { samplingOptions } from "../sampling";

const likeliest = () => integer(0, 2 ** 31 - 1).exactOptional();

/** What is to be known of tokens. */
export const scoreOptions = z.object({
  logProbabilities: option(
    "log-probabilities of the answer's tokens, with so many of the likeliest beside each",
    likeliest(),
    {
      otherwise: "none",
    },
  ),
  promptLogProbabilities: option("the same of the prompt's tokens after the first", likeliest(), {
    otherwise: "none",
    more: "A prompt with several answers has none.",
  }),
});

/** What form an answer is held to: it is not reasoned then. */
const formOptions = z.object({
  grammar: option("a grammar in GBNF, with its rule root, that the answer is held to", text().exactOptional(), {
    otherwise: "none",
  }),
  schema: option("a JSON schema that the answer is held to: see jsonSchemaGrammar", jsonSchema().exactOptional(), {
    otherwise: "none",
  }),
});

function jsonSchema() {
  return thing<object | boolean>(
    (value) => (typeof value === "object" && value !== null) || typeof value === "boolean",
    "a JSON schema",
  );
}

/** What one answer may have of its own. */
export const wayOptions = z.object({
  steering: option("what the answer is steered by", steering<BranchSteering>().exactOptional(), {
    otherwise: "none: the model as it is",
  }),
  ...lengthOptions.shape,
  ...samplingOptions.shape,
  ...formOptions.shape,
  ...scoreOptions.shape,
  watch: option("numbers to read as each token is chosen, once it was steered", watched().exactOptional(), {
    otherwise: "none",
  }),
});

function watched() {
  return instanceOf<Watched>("what to watch, as watchFeatures gives it", { names: "object", probes: "object" });
}

/**
 * One way to answer a prompt.
 * @interface
 */
export type ReplyWay = Given<typeof wayOptions>;

/** What a conversation's template is told. */
export const reasoningOptions = z.object({
  reasoning: option("let a model reason whose chat template leaves that open", yesOrNo().default(false), {
    more: "Templates that know `enable_thinking` ask; others reason always, or never.",
  }),
});

export const replyOptions = z.object({
  ...wayOptions.shape,
  ...reasoningOptions.shape,
  signal: abortSignal().optional(),
});

/** @interface */
export type ReplyOptions = Given<typeof replyOptions>;

export const batchOptions = z.object({
  ...replyOptions.shape,
  inFlight: option("most prompts in work at once", integer(1).default(64)),
});

/** @interface */
export type BatchOptions = Given<typeof batchOptions>;

/** Text or tokens to go on from, or a conversation to answer. */
export type Prompt = string | Int32Array | readonly ChatMessage[];

const messages = listOf(optionsOf({ role: oneOf(ROLES), content: text() }), "messages, each with role and content").min(
  1,
  "at least one message",
);

const prompt = z.union([text(), int32Array(), messages], "a string, an Int32Array of tokens, or messages");

const options = optionsOf(replyOptions.partial().shape);

export const completeArguments = z.object({ prompt: z.union([text(), int32Array()], "a string or tokens"), options });
export const chatArguments = z.object({ messages, options });
export const replyArguments = z.object({ prompt, options });
export const batchArguments = z.object({
  prompts: thing<object>(isIterable, "prompts, such as an array or what an async generator gives"),
  options: optionsOf(batchOptions.partial().shape),
});
export const forkArguments = z.object({
  prompt,
  ways: listOf(optionsOf(wayOptions.partial().shape), "at least one way").min(1, "at least one way"),
  options,
});

function isIterable(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  return Symbol.asyncIterator in value || Symbol.iterator in value;
}
