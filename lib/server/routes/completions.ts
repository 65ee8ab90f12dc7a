import { completionAnswer, completionChunks, type Telling } from "../answers/completion-answer";
import { forkAll, streamForkAll } from "../answers/forks";
import { headOf } from "../answers/head";
import { formerLogprobs, presentLogprobs } from "../answers/logprobs";
import { askedOf } from "../answers/ways";
import type { App } from "../app";
import { ApiError } from "../errors/api-error";
import { tokensOf } from "../inputs";
import { modelNamed } from "../model-name";
import { completionAnswer as completionAnswerSchema, completionChunk } from "../schemas/completion-answer";
import { type CompletionRequest, completionRequest } from "../schemas/completion-request";
import { answersOf } from "../schemas/responses";
import type { Served } from "../served";
import { sendEvents } from "../sse";
import { type InForce, inForce } from "../steering/in-force";

const MAX_TOKENS = 16;

export function addCompletions(app: App, served: Served): void {
  app.post(
    "/v1/completions",
    {
      schema: {
        summary: "Go on from texts or tokens.",
        tags: ["OpenAI"],
        body: completionRequest,
        response: answersOf(completionAnswerSchema, completionChunk),
      },
    },
    async (request, reply) => {
      const { body } = request;
      const model = modelNamed(body.model, served);
      const steered = await inForce(body.steering, model, served);
      const top = likeliestOf(body);
      if (body.echo) requireEchoable(body, steered, top);
      const maxTokens = Math.min(body.max_tokens ?? MAX_TOKENS, served.maxAnswerTokens);
      const scores = {
        ...(top !== undefined && { logProbabilities: top }),
        ...(top !== undefined && body.echo && { promptLogProbabilities: top }),
      };
      const asked = askedOf(body, { maxTokens, ...scores }, steered, served.model);
      const prompts = tokensOf(body.prompt, served.model);
      const forks = prompts.map((prompt) => ({ prompt, ways: asked.waysOf(() => prompt) }));
      const told = tellingOf(body, prompts, top, asked.arms, served);
      const head = headOf("cmpl", model.id, asked.seed, steered);
      const work = served.underWay.begin(reply.raw);
      if (body.stream) {
        const pieces = streamForkAll(served.generator, forks, work.signal);
        const withUsage = body.stream_options?.include_usage ?? false;
        return await sendEvents(reply, work, completionChunks(head, pieces, asked.nWays, told, withUsage));
      }
      using _ = work;
      return completionAnswer(head, await forkAll(served.generator, forks, work.signal), told);
    },
  );
}

/** How many of the likeliest tokens are wanted beside each; undefined where no log-probabilities are. */
function likeliestOf({ logprobs, top_logprobs }: CompletionRequest): number | undefined {
  if (typeof logprobs === "number") return logprobs;
  return logprobs ? (top_logprobs ?? 0) : undefined;
}

/** @throws ApiError 400 where the log-probabilities of a prompt cannot be told, or would be those of no known steering */
function requireEchoable({ n, stream }: CompletionRequest, { steering, begin, compare }: InForce, top?: number): void {
  if (steering && Object.keys(begin).length === 0 && !steering.beginsInPrompt) {
    const how = 'say where it begins: last=NUMBER or after=TEXT, as in NAME@PROFILE,after="Answer:"';
    const why = "An echoed prompt has no border after which to steer";
    throw new ApiError(400, `${why}: ${how}.`, "steering", "steering_begins_nowhere");
  }
  if (top !== undefined && (compare || (n ?? 1) > 1 || stream)) {
    const problem = "'echo' with 'logprobs' is of one answer, and not streamed.";
    throw new ApiError(400, problem, "echo", "unsupported_parameter");
  }
}

function tellingOf(
  { echo, logprobs, prompt }: CompletionRequest,
  prompts: readonly Int32Array[],
  top: number | undefined,
  arms: Telling["arms"],
  { model, texts }: Served,
): Telling {
  const given = [prompt].flat();
  const textOf = (tokens: Int32Array, i: number) => {
    const text = given[i];
    return typeof text === "string" ? text : model.detokenize(tokens, { special: true });
  };
  const former: Telling["logprobs"] = (tokens, offset) => formerLogprobs(tokens, texts, top! > 0, offset);
  return {
    arms,
    echo: echo ? prompts.map(textOf) : undefined,
    logprobs: top === undefined ? undefined : logprobs === true ? (tokens) => presentLogprobs(tokens, texts) : former,
    endToken: model.info.endTokens[0],
  };
}
