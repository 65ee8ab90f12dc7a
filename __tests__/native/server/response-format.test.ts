import type { ChatAnswer } from "../../../lib/server/schemas/chat-answer";
import { errorBody, type Running, send, startServer } from "../../support/server";

const messages = [{ role: "user", content: "abc" }];
const schema = {
  type: "object",
  properties: { n: { type: "integer", minimum: 0, maximum: 99 }, kind: { enum: ["a", "b"] } },
  required: ["n", "kind"],
};
const format = (of: unknown) => ({ response_format: { type: "json_schema", json_schema: { name: "x", schema: of } } });

let running: Running;
beforeAll(async () => {
  running = await startServer();
});
afterAll(() => running[Symbol.asyncDispose]());

const ask = (body: object) =>
  send<ChatAnswer>(running, "/v1/chat/completions", { messages, max_tokens: 100, temperature: 0, ...body });
const textOf = ({ choices }: ChatAnswer) => choices[0]!.message.content;

test("an answer is JSON of the schema, whatever the model would say", async () => {
  const value = JSON.parse(textOf((await ask(format(schema))).body)) as { n: number; kind: string };

  expect(Object.keys(value)).toEqual(["n", "kind"]);
  expect(Number.isInteger(value.n)).toBe(true);
  expect(["a", "b"]).toContain(value.kind);
});

test("an answer begins as an object where any JSON object is asked for", async () => {
  expect(textOf((await ask({ response_format: { type: "json_object" } })).body)).toMatch(/^\{/);
});

test("an answer is what a grammar allows", async () => {
  expect(textOf((await ask({ grammar: 'root ::= "yes" | "no"' })).body)).toMatch(/^(yes|no)$/);
});

/** A schema whose parts are twice as many at each step. */
const exploding = {
  $defs: Object.fromEntries(
    Array.from({ length: 40 }, (_, i) => [
      `d${i}`,
      { type: "array", minItems: 500, maxItems: 1000, items: { $ref: `#/$defs/d${i + 1}` } },
    ]),
  ),
  $ref: "#/$defs/d0",
};
let deep: object = { type: "string" };
for (let i = 0; i < 2000; i++) deep = { type: "array", items: deep };

test.each<[string, object, string, string]>([
  [
    "a keyword that it does not know",
    format({ type: "object", patternProperties: {} }),
    "response_format.json_schema.schema",
    "invalid_json_schema",
  ],
  ["a schema that explodes", format(exploding), "response_format.json_schema.schema", "invalid_json_schema"],
  ["a schema that is deep", format(deep), "response_format.json_schema.schema", "invalid_json_schema"],
  ["a schema that is none", format("x"), "response_format.json_schema.schema", "invalid_type"],
  ["another form", { response_format: { type: "xml" } }, "response_format.type", "invalid_type"],
])("refuses %s, and soon", async (_, body, param, code) => {
  const since = Date.now();

  expect(await ask(body)).toMatchObject({ status: 400, body: errorBody(param, code) });
  expect(Date.now() - since).toBeLessThan(5000);
});

test("refuses a grammar that is none", async () => {
  expect((await ask({ grammar: "root ::= (" })).status).toBe(400);
});
