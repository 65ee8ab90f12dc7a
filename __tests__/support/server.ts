import { Model } from "../../lib/model/model";
import { createServer, type Server, type ServerOptions } from "../../lib/server/create-server";
import { fixture } from "../native/models";

/** A server in this process, of the tiny model that has a chat template. */
export interface Running extends AsyncDisposable {
  readonly model: Model;
  readonly server: Server;
  readonly url: string;
}

export async function startServer(options: ServerOptions = {}, modelName = "qwen3"): Promise<Running> {
  const model = await Model.load(fixture(modelName).model);
  const server = await createServer(model, { port: 0, threads: 1, ...options });
  return {
    model,
    server,
    url: await server.listen(),
    [Symbol.asyncDispose]: async () => {
      await server.close(0);
      await model.dispose();
    },
  };
}

export interface Answered<T> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: T;
}

/** Sends a request: what is no text as JSON. */
export async function send<T = unknown>(
  { url }: Pick<Running, "url">,
  path: string,
  body?: unknown,
  init: RequestInit = {},
): Promise<Answered<T>> {
  const response = await fetch(url + path, { ...posted(body), ...init });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: (text === "" ? undefined : JSON.parse(text)) as T,
  };
}

/** What a client sends of a body. */
export function posted(body: unknown): RequestInit {
  if (body === undefined) return {};
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return { method: "POST", headers: { "content-type": "application/json" }, body: text };
}

/** The events of a stream as they come, `[DONE]` as undefined. */
export async function* events(response: Response): AsyncGenerator<Record<string, unknown> | undefined> {
  let held = "";
  const decoder = new TextDecoder();
  for await (const bytes of response.body as unknown as AsyncIterable<Uint8Array>) {
    held += decoder.decode(bytes, { stream: true });
    const parts = held.split("\n\n");
    held = parts.pop()!;
    for (const part of parts) {
      const data = part.replace(/^data: /, "");
      yield data === "[DONE]" ? undefined : (JSON.parse(data) as Record<string, unknown>);
    }
  }
}

/** All events of a stream, which has to end with `[DONE]`. */
export async function streamed<T>({ url }: Pick<Running, "url">, path: string, body: object): Promise<T[]> {
  const response = await fetch(url + path, posted({ ...body, stream: true }));
  expect(response.headers.get("content-type")).toBe("text/event-stream");
  const found: unknown[] = [];
  for await (const event of events(response)) found.push(event);
  expect(found.pop()).toBeUndefined();
  return found as T[];
}

/** The body of an error as OpenAI's API has it. */
export function errorBody(param: string | null, code: string | null, message: unknown = expect.any(String)) {
  return { error: { message, type: "invalid_request_error", param, code } };
}
