import type { ChatAnswer, ChatChunk } from "../../../lib/server/schemas/chat-answer";
import { type Running, errorBody, send, startServer, streamed } from "../../support/server";

const PATH = "/v1/chat/completions";
const messages = [{ role: "user", content: "abc" }];
const greedy = { messages, temperature: 0, max_tokens: 6 };

let running: Running;
beforeAll(async () => {
  running = await startServer();
});
afterAll(() => running[Symbol.asyncDispose]());

const ask = (body: unknown) => send<ChatAnswer>(running, PATH, body);
const stream = (body: object) => streamed<ChatChunk>(running, PATH, body);
/** The texts of one choice. */
const textOf = (chunks: ChatChunk[], index = 0) =>
  chunks
    .flatMap(({ choices }) => choices.filter((choice) => choice.index === index))
    .map(({ delta }) => delta.content ?? "")
    .join("");

test("answers as the model does", async () => {
  const { status, body } = await ask(greedy);

  expect(status).toBe(200);
  expect(body).toEqual({
    id: expect.stringMatching(/^chatcmpl-\w+$/),
    object: "chat.completion",
    created: expect.any(Number),
    model: "qwen3",
    seed: expect.any(Number),
    system_fingerprint: expect.any(String),
    steering: null,
    choices: [
      {
        index: 0,
        message: { role: "assistant", content: expect.any(String), refusal: null },
        logprobs: null,
        finish_reason: "length",
        receipt: [],
      },
    ],
    usage: {
      prompt_tokens: 22,
      completion_tokens: 6,
      total_tokens: 28,
      prompt_tokens_details: { cached_tokens: expect.any(Number) },
    },
  });
});

test("streams the same text, the role first, then the reason of its end, then the usage", async () => {
  const { body } = await ask(greedy);
  const { choices, usage } = body;
  const chunks = await stream({ ...greedy, stream_options: { include_usage: true } });

  expect(textOf(chunks)).toBe(choices[0]!.message.content);
  expect(chunks[0]!.choices[0]!.delta.role).toBe("assistant");
  expect(chunks.slice(1).every((chunk) => chunk.choices[0]?.delta.role === undefined)).toBe(true);
  expect(chunks.at(-2)!.choices).toEqual([
    { index: 0, delta: {}, logprobs: null, finish_reason: "length", receipt: [] },
  ]);
  expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { completion_tokens: usage.completion_tokens } });
  expect(chunks.slice(0, -1).every((chunk) => chunk.usage === null)).toBe(true);
});

test("says nothing of the usage in a stream that does not ask for it", async () => {
  const chunks = await stream(greedy);

  expect(chunks.some((chunk) => "usage" in chunk)).toBe(false);
});

test("gives n answers of as many seeds, and the same again to the seed that it told", async () => {
  const sampled = { messages, max_tokens: 64, temperature: 2, n: 3 };
  const first = (await ask({ ...sampled, seed: -5 })).body;
  const drawn = (await ask(sampled)).body;
  const again = (await ask({ ...sampled, seed: drawn.seed })).body;
  const texts = first.choices.map(({ message }) => message.content);
  const chunks = await stream({ ...sampled, seed: first.seed });

  expect(new Set(texts).size).toBe(3);
  expect(again.choices).toEqual(drawn.choices);
  expect([0, 1, 2].map((index) => textOf(chunks, index))).toEqual(texts);
});

test("ends before a stop text, and says so", async () => {
  const { body } = await ask({ ...greedy, max_tokens: 40 });
  const whole: string = body.choices[0]!.message.content;
  const stop = whole.slice(4, 6);
  const stopped = (await ask({ ...greedy, max_tokens: 40, stop })).body;

  expect(stopped.choices[0]).toMatchObject({
    message: { content: whole.slice(0, whole.indexOf(stop)) },
    finish_reason: "stop",
  });
});

test("takes text in parts, developer for system, null for nothing, and unknown names", async () => {
  const plain = (await ask({ ...greedy, messages: [{ role: "system", content: "x" }, ...messages] })).body;
  const { status, body } = await ask({
    ...greedy,
    messages: [
      { role: "developer", content: [{ type: "text", text: "x" }], name: "n" },
      { role: "user", content: [{ type: "text", text: "ab" }, { type: "text", text: "c" }] }, // prettier-ignore
    ],
    model: "qwen3",
    top_p: null,
    stop: null,
    tools: [],
    parallel_tool_calls: true,
    no_such_name: 1,
  });

  expect(status).toBe(200);
  expect(body.choices).toEqual(plain.choices);
});

const one = { role: "user", content: "a" };
test.each<[string, unknown, string | null, string]>([
  ["no messages", {}, "messages", "missing_required_parameter"],
  ["an empty conversation", { messages: [] }, "messages", "array_below_min_length"],
  ["text for messages", { messages: "a" }, "messages", "invalid_type"],
  ["another role", { messages: [{ ...one, role: "judge" }] }, "messages[0].role", "invalid_value"],
  ["an image", { messages: [{ ...one, content: [{ type: "image_url" }] }] }, "messages[0].content[0].type", "invalid_value"], // prettier-ignore
  ["a temperature beyond 2", { messages, temperature: 2.5 }, "temperature", "decimal_above_max_value"],
  ["a temperature of text", { messages, temperature: "hot" }, "temperature", "invalid_type"],
  ["no answers", { messages, n: 0 }, "n", "integer_below_min_value"],
  ["half an answer", { messages, n: 1.5 }, "n", "invalid_type"],
  ["an empty stop text", { messages, stop: [""] }, "stop[0]", "string_below_min_length"],
  ["tools", { messages, tools: [{ type: "function" }] }, "tools", "unsupported_parameter"],
  ["a list", [], null, "invalid_type"],
])("refuses %s by name", async (_, body, param, code) => {
  expect(await ask(body)).toMatchObject({ status: 400, body: errorBody(param, code) });
});

test("refuses a prompt that does not fit into the context", async () => {
  const { status, body } = await ask({ messages: [{ role: "user", content: "a".repeat(20_000) }] });

  expect({ status, body }).toEqual({ status: 400, body: errorBody(null, "context_length_exceeded") });
});

test("refuses another model", async () => {
  expect(await ask({ ...greedy, model: "gpt-9" })).toMatchObject({
    status: 404,
    body: errorBody("model", "model_not_found"),
  });
});

test("refuses a conversation where the model has no chat template", async () => {
  await using plain = await startServer({}, "llama");

  expect(await send(plain, PATH, greedy)).toMatchObject({ status: 400, body: errorBody(null, "invalid_chat") });
});
