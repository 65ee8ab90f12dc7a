import { join } from "node:path";
import { Sae } from "../../../lib/sae/sae";
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

interface Embeddings {
  readonly dimensions: number;
  readonly data: { readonly embedding: { readonly features: number[]; readonly values: number[] } }[];
}
const HOOKS = ["blocks.1.hook_resid_post", "blocks.2.hook_resid_post"];
const input = ["abc", "defg"];

test.each(["mean", "max", "last"] as const)(
  "embeds texts among an SAE's features by their %s, as the library does",
  async (pooling) => {
    await using sae = await Sae.load(join(TINY_SAES, HOOKS[0]!));
    const expected = await running.model.embedSparse(input, { sae, pooling });
    const { body } = await send<Embeddings>(running, "/v1/embeddings", { input, sae: HOOKS[0], pooling });

    expect(body.dimensions).toBe(sae.dSae);
    expect(body.data.map(({ embedding }) => embedding.features)).toEqual(expected.map(({ features }) => [...features]));
    body.data.forEach(({ embedding }, i) => embedding.values.forEach((value, j) => expect(value).toBeCloseTo(expected[i]!.values[j]!, 4))); // prettier-ignore
  },
);

test("embeds by whatever SAEs are asked for at once, each by its own", async () => {
  const ask = async (sae: string) => (await send<Embeddings>(running, "/v1/embeddings", { input, sae })).body.data;
  const alone = [await ask(HOOKS[0]!), await ask(HOOKS[1]!)];
  const together = await Promise.all([0, 1, 0, 1].map((which) => ask(HOOKS[which]!)));

  together.forEach((data, i) =>
    data.forEach(({ embedding }, text) => {
      const expected = alone[i % 2]![text]!.embedding;
      const strongest = expected.values.indexOf(Math.max(...expected.values));
      expect(embedding.values[embedding.features.indexOf(expected.features[strongest]!)]).toBeCloseTo(expected.values[strongest]!, 2); // prettier-ignore
    }),
  );
});

test("tells which SAEs there are", async () => {
  const { body } = await send<{ saes: string[] }>(running, "/props");

  expect(body.saes).toEqual(expect.arrayContaining(HOOKS));
});

test.each<[string, object, string, string]>([
  ["an SAE that is not there", { sae: "blocks.9.hook_resid_post" }, "sae", "invalid_sae"],
  ["a layer beside an SAE", { sae: HOOKS[0], layer: 1 }, "layer", "invalid_value"],
  ["a form that is none", { encoding_format: "text" }, "encoding_format", "invalid_value"],
  ["no text", { input: 5 }, "input", "invalid_type"],
])("embeds nothing for %s", async (_, body, param, code) => {
  const answered = await send(running, "/v1/embeddings", { input, ...body });

  expect(answered).toMatchObject({ status: 400, body: errorBody(param, code) });
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
