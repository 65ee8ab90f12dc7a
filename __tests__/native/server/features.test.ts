import type { ChatAnswer, ChatChunk } from "../../../lib/server/schemas/chat-answer";
import type { FeaturesAnswer, FeaturesChunk } from "../../../lib/server/schemas/features";
import type { WatchedToken } from "../../../lib/server/schemas/watched";
import { featureProbe, steer } from "../../../lib/steering/features";
import { TINY_SAES } from "../../support/tiny-task";
import { errorBody, type Running, send, startServer, streamed } from "../../support/server";

const FEATURES = ["blocks.1.hook_resid_post/3", "blocks.1.hook_resid_post/5"];
const greedy = { prompt: "abc", temperature: 0, max_tokens: 6 };

let running: Running;
beforeAll(async () => {
  running = await startServer({ sae: TINY_SAES }, "llama");
});
afterAll(() => running[Symbol.asyncDispose]());

const ask = (body: object) => send<FeaturesAnswer>(running, "/v1/features", { ...greedy, features: FEATURES, ...body });

test("tells the values of features at each token, whole and streamed, before and after steering", async () => {
  const steering = { features: [{ feature: FEATURES[0], coefficient: 7, mode: "clamp" }] };
  const { status, body } = await ask({ steering });
  const plain = (await ask({})).body;
  const chunks = await streamed<FeaturesChunk>(running, "/v1/features", { ...greedy, features: FEATURES, steering });

  expect(status).toBe(200);
  expect(body.features).toEqual(FEATURES);
  expect(body.tokens).toHaveLength(6);
  for (const { values } of body.tokens) expect(values).toHaveLength(2);
  expect(plain.tokens.map(({ values }) => values)).not.toEqual(body.tokens.map(({ values }) => values));
  expect(chunks.flatMap(({ tokens }) => tokens.map(({ id }) => id))).toEqual(body.tokens.map(({ id }) => id));
  expect(chunks.at(-1)).toMatchObject({ finish_reason: "length", receipt: [{ layer: 1 }] });
});

/** But for the arithmetic of another batch. */
function expectSame(found: readonly WatchedToken[], expected: readonly WatchedToken[]): void {
  expect(found.map(({ id, text }) => [id, text])).toEqual(expected.map(({ id, text }) => [id, text]));
  for (const [i, { values }] of found.entries()) {
    values.forEach((value, k) => {
      expect(value).toBeCloseTo(expected[i]!.values[k]!, 4);
    });
  }
}

test("tells them in a conversation too, of both answers where it compares", async () => {
  await using chatting = await startServer({ sae: TINY_SAES });
  const steering = { features: [{ feature: FEATURES[0], coefficient: 40 }], compare: true };
  const request = { messages: [{ role: "user", content: "a" }], temperature: 0, max_tokens: 6 };
  const path = "/v1/chat/completions";
  const { body } = await send<ChatAnswer>(chatting, path, { ...request, steering, features: FEATURES });
  const chunks = await streamed<ChatChunk>(chatting, path, { ...request, steering, features: FEATURES });
  const [unasked] = (await send<ChatAnswer>(chatting, path, request)).body.choices;
  const alone = await send<FeaturesAnswer>(chatting, "/v1/features", { ...request, features: FEATURES });

  expect(body.choices.map(({ arm }) => arm)).toEqual(["plain", "steered"]);
  expectSame(body.choices[0]!.tokens!, alone.body.tokens);
  expect(body.choices[1]!.tokens![0]!.values[0]).toBeGreaterThan(alone.body.tokens[0]!.values[0]!);
  for (const { index, tokens } of body.choices) {
    const own = chunks.flatMap(({ choices }) => choices).filter((choice) => choice.index === index);
    expectSame(
      own.flatMap((choice) => choice.tokens ?? []),
      tokens!,
    );
  }
  expect(unasked).not.toHaveProperty("tokens");
  expect(await send(chatting, path, { ...request, features: ["blocks.9.hook_resid_post/1"] })).toMatchObject({
    status: 400,
    body: errorBody("features", "invalid_feature"),
  });
});

test("steers by a feature as the library does", async () => {
  const steering = await steer(FEATURES[0]!, 40, TINY_SAES);
  const expected = await running.model.complete("abc", { maxTokens: 6, steering });
  const { body } = await send<ChatAnswer>(running, "/v1/completions", {
    ...greedy,
    steering: { features: [{ feature: FEATURES[0], coefficient: 40 }] },
  });

  expect(body).toMatchObject({
    steering: { fingerprint: steering.fingerprint },
    choices: [{ text: expected.text, receipt: [{ layer: 1, rows: 6 }] }],
  });
});

test("clamps and ablates features, and steers where one is active, as the library does", async () => {
  const [name, other] = [FEATURES[0]!, FEATURES[1]!];
  const clamped = await steer(name, 7, TINY_SAES, { mode: "clamp" });
  const ablated = await steer(other, 0.5, TINY_SAES, { mode: "ablate" });
  const feature = await featureProbe(other, TINY_SAES);
  const cases = [
    {
      asked: {
        features: [
          { feature: name, coefficient: 7, mode: "clamp" },
          { feature: other, coefficient: 0.5, mode: "ablate" },
        ],
      },
      steering: clamped.plus(ablated),
    },
    {
      asked: { features: [{ feature: name, coefficient: 3 }], when: { feature: other, above: 0.01 } },
      steering: (await steer(name, 3, TINY_SAES)).when({ feature, above: 0.01 }),
    },
  ];
  for (const { asked, steering } of cases) {
    const { receipt } = await running.model.complete("abc", { maxTokens: 6, steering });
    const { body } = await ask({ steering: asked });

    expect(body.steering?.fingerprint).toBe(steering.fingerprint);
    expect(body.receipt).toEqual(receipt);
    expect(receipt[0]!.leftAlone > 0).toBe("when" in asked);
  }
});

test.each<[string, object, string, string]>([
  ["no features", { features: [] }, "features", "array_below_min_length"],
  ["a feature out of range", { features: ["blocks.1.hook_resid_post/99999"] }, "features", "invalid_feature"],
  ["a layer without an SAE", { features: ["blocks.9.hook_resid_post/1"] }, "features", "invalid_feature"],
  ["no number", { features: ["blocks.1.hook_resid_post"] }, "features[0]", "invalid_value"],
  ["no prompt", { prompt: null }, "messages", "missing_required_parameter"],
  ["steering by a feature out of range", { steering: { features: [{ feature: "blocks.1.hook_resid_post/99999", coefficient: 1 }] } }, "steering.features[0]", "invalid_feature"], // prettier-ignore
])("refuses %s", async (_, body, param, code) => {
  expect(await ask(body)).toMatchObject({ status: 400, body: errorBody(param, code) });
});
