import type { FastifyReply } from "fastify";
import { Readable } from "node:stream";
import { ofError } from "./errors/of-error";
import { ClientLeft, type Work } from "./under-way";

/**
 * Sends what comes as server-sent events, and `[DONE]` after the last; what goes wrong on the way is an event with `error`.
 * Before the first one has come nothing is sent.
 *
 * @throws what goes wrong until then
 */
export async function sendEvents(
  reply: FastifyReply,
  work: Work,
  events: AsyncGenerator<object>,
): Promise<FastifyReply> {
  const first = await events.next().catch((error: unknown) => {
    work[Symbol.dispose]();
    throw error;
  });
  reply
    .header("content-type", "text/event-stream")
    .header("cache-control", "no-cache")
    .header("x-accel-buffering", "no");
  return reply.send(Readable.from(lines(first, events, work), { objectMode: false }));
}

async function* lines(
  first: IteratorResult<object>,
  events: AsyncGenerator<object>,
  work: Work,
): AsyncGenerator<string> {
  try {
    if (!first.done) yield line(first.value);
    for await (const event of events) yield line(event);
    yield "data: [DONE]\n\n";
  } catch (error) {
    if (!(error instanceof ClientLeft)) yield line(ofError(error).body);
  } finally {
    await events.return(undefined);
    work[Symbol.dispose]();
  }
}

function line(event: object): string {
  return `data: ${JSON.stringify(event)}\n\n`;
}
