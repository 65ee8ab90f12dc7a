import type { FastifyReply, FastifyRequest } from "fastify";
import { ApiError } from "./api-error";
import { ofError } from "./of-error";

const RETRY_AFTER_S = 1;

/** Answers what went wrong before an answer began. */
export function answerError(error: unknown, _request: FastifyRequest, reply: FastifyReply): void {
  const told = ofError(error);
  if (told.status === 429) reply.header("retry-after", RETRY_AFTER_S);
  reply.code(told.status).type("application/json").send(told.body);
}

export function answerNotFound({ method, url }: FastifyRequest, reply: FastifyReply): void {
  const { status, body } = new ApiError(404, `Invalid URL (${method} ${url.slice(0, 200)})`, null, "unknown_url");
  reply.code(status).send(body);
}
