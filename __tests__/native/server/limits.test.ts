import { once } from "node:events";
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { Model } from "../../../lib/model/model";
import { createServer, type Server } from "../../../lib/server/create-server";
import type { ChatAnswer } from "../../../lib/server/schemas/chat-answer";
import { fixture } from "../models";
import { errorBody, events, posted, type Running, send, startServer } from "../../support/server";

const PATH = "/v1/chat/completions";
const messages = [{ role: "user", content: "abc" }];
const short = { messages, max_tokens: 1 };
/** An answer that takes minutes: the tokens that would end it are forbidden. */
const endless = { messages, max_tokens: 90_000, temperature: 1, logit_bias: { 267: -100, 269: -100 } };
const room = { contextTokens: 100_000, maxAnswerTokens: 100_000 };

/** An endless answer that has begun. */
async function begin({ url }: Running, signal: AbortSignal | null = null) {
  const response = await fetch(url + PATH, { ...posted({ ...endless, stream: true }), signal });
  const stream = events(response);
  await stream.next();
  return stream;
}

/** When so many requests are under way. */
async function untilUnderWay(server: Server, n: number): Promise<void> {
  while (server["running"].underWay.size !== n) await sleep(1);
}

/** What the server says to bytes as they are. */
async function sendRaw({ url }: Running, bytes: string): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  let answer = "";
  socket.setEncoding("utf8").on("data", (text: string) => (answer += text));
  socket.on("error", () => {});
  socket.write(bytes);
  await once(socket, "close");
  return answer;
}

describe("of a server of this machine", () => {
  let running: Running;
  beforeAll(async () => {
    running = await startServer({ ...room, maxRequests: 2, maxBodyBytes: 4096 });
  });
  afterAll(() => running[Symbol.asyncDispose]());

  test("as many requests as may be are under way, until a client leaves", async () => {
    const left = new AbortController();
    const streams = [await begin(running, left.signal), await begin(running)];
    const refused = await send(running, PATH, short);
    left.abort();
    await streams[0]!.next().catch(() => {});
    await untilUnderWay(running.server, 1);
    const answered = await send(running, PATH, short);
    await streams[1]!.return(undefined);
    await untilUnderWay(running.server, 0);

    expect(refused).toMatchObject({ status: 429, body: { error: { type: "rate_limit_error", code: "too_many_requests" } } }); // prettier-ignore
    expect(refused.headers.get("retry-after")).toBe("1");
    expect(answered.status).toBe(200);
  });

  test.each<[string, boolean, number]>([
    ["waits for all of it", false, 0],
    ["has read some of it", true, 1],
    ["has read more of it", true, 20],
  ])("the answer of a client that leaves while it %s ends within one step", async (_, stream, nEvents) => {
    const { engine } = running.server["running"];
    const left = new AbortController();
    const { server } = running.server.app;
    const atLeaving = new Promise<number>((resolve) => {
      const onRequest = ({ url }: IncomingMessage, response: ServerResponse) => {
        if (url !== PATH) return;
        // Once all that listens has been told: until then the engine may take a step.
        response.once("close", () => process.nextTick(() => resolve(engine.statistics().decodes)));
        server.off("request", onRequest);
      };
      server.on("request", onRequest);
    });
    const answer = fetch(running.url + PATH, { ...posted({ ...endless, stream }), signal: left.signal });
    if (stream) {
      const read = events(await answer);
      for (let i = 0; i < nEvents; i++) await read.next();
    } else await untilUnderWay(running.server, 1);
    left.abort();
    await answer.catch(() => {});
    const decodes = await atLeaving;
    await untilUnderWay(running.server, 0);
    await sleep(50); // what went on would

    expect(decodes).toBeGreaterThan(nEvents);
    expect(engine.statistics().decodes - decodes).toBeLessThanOrEqual(1);
  });

  const body = JSON.stringify(endless);
  const head = `POST ${PATH} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n`;
  test.each([
    ["in its headers", head.slice(0, 40)],
    ["before its body", head],
    ["in its body", head + body.slice(0, 30)],
    ["right after it", head + body],
  ])("a client that leaves %s leaves nothing behind", async (_, bytes) => {
    const { hostname, port } = new URL(running.url);
    const socket = connect(Number(port), hostname);
    await new Promise((resolve) => socket.write(bytes, resolve));
    socket.destroy();
    await once(socket, "close");
    await untilUnderWay(running.server, 0);

    expect((await send(running, PATH, short)).status).toBe(200);
  });

  test.each([
    ["JSON that is none", "{", 400],
    ["a prototype", '{"__proto__":{"n":1},"messages":[]}', 400],
    ["nothing", "", 400],
    ["more bytes than it takes", JSON.stringify({ messages: "a".repeat(5000) }), 413],
    ["ten million bytes", JSON.stringify({ messages: "a".repeat(1e7) }), 413],
    ["deep JSON", "[".repeat(2000) + "]".repeat(2000), 400],
  ])("refuses %s", async (_, text, status) => {
    expect(await send(running, PATH, text)).toMatchObject({ status, body: { error: { message: expect.any(String) } } });
  });

  test("takes no other type than JSON, whatever a page may send", async () => {
    const answered = await send(running, PATH, undefined, { method: "POST", body: JSON.stringify(short) });

    expect(answered.status).toBe(415);
  });

  test("refuses a page of another name, which was made to mean this machine", async () => {
    const answer = await sendRaw(running, "GET /v1/models HTTP/1.1\r\nhost: evil.example\r\nconnection: close\r\n\r\n");

    expect(answer).toMatch(/^HTTP\/1.1 403 /);
    expect(answer).toContain("host_not_allowed");
  });

  test.each([
    ["no HTTP", "abc\r\n\r\n", 400],
    ["headers without end", `GET / HTTP/1.1\r\nhost: localhost\r\na: ${"a".repeat(20_000)}\r\n\r\n`, 431],
    ["two lengths", "POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n", 400],
  ])("answers %s, and closes the connection", async (_, bytes, status) => {
    const answer = await sendRaw(running, bytes);

    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(JSON.parse(answer.split("\r\n\r\n")[1]!)).toEqual(errorBody(null, null));
  });

  test("tells a page of no origin that it may read", async () => {
    const answered = await send(running, "/v1/models", undefined, { headers: { origin: "http://localhost:3000" } });

    expect(answered.headers.get("access-control-allow-origin")).toBeNull();
  });

  test("answers an unknown address, and another method than it has", async () => {
    const unknown = { status: 404, body: errorBody(null, "unknown_url") };

    expect(await send(running, "/v2/models")).toMatchObject(unknown);
    expect(await send(running, PATH)).toMatchObject(unknown);
  });
});

test("with a key lets in who has it, all others to /health alone", async () => {
  await using running = await startServer({ apiKey: "sesame", host: "127.0.0.1" });
  const withKey = (authorization: string) => send(running, "/v1/models", undefined, { headers: { authorization } });
  const denied = { status: 401, body: errorBody(null, "invalid_api_key") };

  expect((await withKey("Bearer sesame")).status).toBe(200);
  for (const wrong of ["Bearer sesam", "Bearer sesame1", "Bearer ", "sesame", "Basic c2VzYW1l"]) {
    expect(await withKey(wrong)).toMatchObject(denied);
  }
  expect(await send(running, "/v1/models")).toMatchObject(denied);
  expect((await send(running, "/health")).status).toBe(200);
});

test("listens at a host that others reach with a key, or when told that it is meant", async () => {
  await expect(startServer({ host: "0.0.0.0" })).rejects.toMatchObject({ code: "ERR_INVALID_ARGUMENT" });
  await using insecure = await startServer({ host: "0.0.0.0", insecure: true });
  await using keyed = await startServer({ host: "0.0.0.0", apiKey: "sesame" });

  expect((await send({ url: insecure.url.replace("0.0.0.0", "127.0.0.1") }, "/v1/models")).status).toBe(200);
  expect((await send({ url: keyed.url.replace("0.0.0.0", "127.0.0.1") }, "/v1/models")).status).toBe(401);
});

test("lets pages of the given origins read, and ask first", async () => {
  await using running = await startServer({ apiKey: "sesame", cors: ["http://localhost:3000"] });
  const from = (origin: string) => ({
    method: "OPTIONS",
    headers: { origin, "access-control-request-method": "POST" },
  });
  const allowed = await send(running, PATH, undefined, from("http://localhost:3000"));
  const other = await send(running, PATH, undefined, from("http://evil.example"));

  expect(allowed.status).toBe(204);
  expect(allowed.headers.get("access-control-allow-origin")).toBe("http://localhost:3000");
  expect(other.headers.get("access-control-allow-origin")).toBeNull();
});

test("ends what takes too long, also in the middle of a stream", async () => {
  await using running = await startServer({ ...room, timeoutSeconds: 1 });
  const whole = await send(running, PATH, endless);
  const stream = await begin(running);
  const found = [];
  for await (const event of stream) found.push(event);

  expect(whole).toMatchObject({ status: 504, body: { error: { type: "server_error", code: "timeout" } } });
  expect(found.at(-1)).toMatchObject({ error: { code: "timeout" } });
});

test("told to end it finishes what is under way, and takes no more", async () => {
  const running = await startServer({ ...room, graceSeconds: 60 });
  const answer = fetch(running.url + PATH, posted({ ...endless, max_tokens: 400, stream: true }));
  const stream = events(await answer);
  await stream.next();
  const closed = running.server.close();
  const found = [];
  for await (const event of stream) found.push(event);
  await closed;

  expect(found.at(-1)).toBeUndefined(); // [DONE]
  await expect(fetch(running.url)).rejects.toThrow();
  await running[Symbol.asyncDispose]();
});

test("answers within a server of one's own, beside routes of one's own, and waits for that at the end", async () => {
  await using model = await Model.load(fixture("qwen3").model);
  const server = await createServer(model, { threads: 1 });
  server.app.get("/mine", () => ({ mine: true }));
  await server.app.ready();
  const own = createHttpServer((request, response) => {
    server.app.routing(request, response);
  }).listen(0, "127.0.0.1");
  await once(own, "listening");
  const url = `http://127.0.0.1:${(own.address() as AddressInfo).port}`;
  const answered = send<ChatAnswer>({ url }, PATH, { ...endless, max_tokens: 200 });
  await untilUnderWay(server, 1);
  const mine = await send({ url }, "/mine");
  await server.close();

  expect(mine).toMatchObject({ status: 200, body: { mine: true } });
  expect(await answered).toMatchObject({ status: 200, body: { usage: { completion_tokens: 200 } } });
  own.close();
});

test("cuts what is not finished by then, and says so", async () => {
  const running = await startServer(room);
  const stream = await begin(running);
  const whole = send(running, PATH, endless);
  await sleep(100);
  const since = Date.now();
  const closed = running.server.close(0.2);
  const found = [];
  for await (const event of stream) found.push(event);
  await closed;

  expect(Date.now() - since).toBeLessThan(2000);
  expect(found.at(-1)).toMatchObject({ error: { code: "server_ending" } });
  expect(await whole).toMatchObject({ status: 503, body: { error: { code: "server_ending" } } });
  await running[Symbol.asyncDispose]();
});
