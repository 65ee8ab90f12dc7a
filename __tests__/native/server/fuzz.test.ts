import fc from "fast-check";
import { safeParse, type z } from "zod";
import type { ApiError } from "../../../lib/server/errors/api-error";
import { ofIssue } from "../../../lib/server/errors/of-issue";
import { chatRequest } from "../../../lib/server/schemas/chat-request";
import { completionRequest } from "../../../lib/server/schemas/completion-request";
import { embeddingsRequest } from "../../../lib/server/schemas/embeddings";
import { featuresRequest } from "../../../lib/server/schemas/features";
import { profileUpload } from "../../../lib/server/schemas/profile";
import { steeringRequest } from "../../../lib/server/schemas/steering";
import { parseSteering } from "../../../lib/server/steering/parse";
import { send, startServer } from "../../support/server";

// Whatever a client sends it is taken, or refused by name with a status of the 400s.

const CASES = 10_000;

const names = ["messages", "prompt", "model", "n", "stop", "seed", "temperature", "top_p", "logprobs", "logit_bias", "steering", "response_format", "stream", "echo", "tools", "features", "profile", "vectors", "plus", "scale", "last", "after", "within", "from", "to", "during", "when", "above", "layer", "direction", "reach", "weights", "threshold", "input", "sae", "role", "content", "__proto__", "constructor"]; // prettier-ignore
const leaf = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    false,
    0,
    1,
    -1,
    1e308,
    -0,
    2 ** 53,
    0.5,
    "",
    "user",
    "json_schema",
    "careful:1e9",
    "\u0000",
    "\ud800",
  ),
  fc.string(),
  fc.double(),
  fc.integer(),
);
const value: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  any: fc.oneof({ depthSize: "small" }, leaf, fc.array(tie("any"), { maxLength: 4 }), fc.dictionary(fc.oneof(fc.constantFrom(...names), fc.string()), tie("any"), { maxKeys: 6 })), // prettier-ignore
})).any;
const body = fc.oneof(
  value,
  fc.dictionary(fc.constantFrom(...names), value),
  fc.record({
    messages: fc.array(fc.record({ role: fc.constantFrom("user", "judge"), content: value })),
    steering: value,
  }),
);

/** What is told of a request that a schema refuses; undefined of one that it takes. */
function refusal(schema: z.core.$ZodType, request: unknown): ApiError | undefined {
  const { error } = safeParse(schema, request);
  return error && ofIssue(error.issues[0]!, request);
}

const schemas = {
  chatRequest,
  completionRequest,
  embeddingsRequest,
  featuresRequest,
  profileUpload,
  steeringRequest,
};

test(`${CASES} requests of any form are taken by each schema, or refused with words of a bounded length`, () => {
  const told = Object.values(schemas).map(() => 0);
  fc.assert(
    fc.property(body, (request) => {
      for (const [i, schema] of Object.values(schemas).entries()) {
        const refused = refusal(schema, request);
        if (!refused) continue;
        told[i]! += 1;
        if (refused.status !== 400 || typeof refused.code !== "string" || refused.message === "") expect(refused).toBe(undefined); // prettier-ignore
        JSON.stringify(refused.body);
      }
    }),
    { numRuns: CASES, seed: 13 },
  );
  expect(Math.min(...told)).toBeGreaterThan(CASES / 2);
});

test("any text after @ is steering, or refused", () => {
  const word = fc.constantFrom(
    "careful",
    ":",
    "0.8",
    "+",
    ",",
    "last=2",
    'after="x"',
    "after=",
    '"',
    "\\",
    "..",
    "/",
    "1e999",
    "-",
  );
  const texts = fc.oneof(
    fc.string(),
    fc.array(word, { maxLength: 8 }).map((words) => words.join("")),
  );
  fc.assert(
    fc.property(texts, (text) => {
      try {
        const { profile, scale = 1 } = parseSteering(text, "model");
        expect(profile).toMatch(/^[A-Za-z0-9][A-Za-z0-9._-]*$/);
        expect(Math.abs(scale)).toBeLessThanOrEqual(1000);
      } catch (error) {
        expect(error).toMatchObject({ status: 400, code: "invalid_steering" });
      }
    }),
    { numRuns: CASES, seed: 13 },
  );
});

test("a server that was sent hundreds of them answers each, and goes on", async () => {
  await using running = await startServer({ maxAnswerTokens: 4 });
  const paths = [
    "/v1/chat/completions",
    "/v1/completions",
    "/v1/features",
    "/v1/embeddings",
    "/tokenize",
    "/detokenize",
  ];
  const requests = fc.sample(fc.tuple(fc.constantFrom(...paths), body), { numRuns: 400, seed: 13 });
  const statuses = await Promise.all(
    requests.map(async ([path, request]) => (await send(running, path, { ...(request as object) })).status),
  );

  expect(statuses.filter((status) => status >= 500)).toEqual([]);
  expect((await send(running, "/health")).status).toBe(200);
});
