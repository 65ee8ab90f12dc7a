import { readdirSync } from "node:fs";
import type { ChatAnswer, ChatChunk } from "../../../lib/server/schemas/chat-answer";
import { createSteering } from "../../../lib/steering/create-steering";
import { loadSteering } from "../../../lib/steering/load-steering";
import type { Steering } from "../../../lib/steering/steering";
import { saveProfiles } from "../../support/profiles";
import { errorBody, type Running, send, startServer, streamed } from "../../support/server";
import { temporaryFolder } from "../../support/temporary-folder";
import { randomVector } from "../models";

const PATH = "/v1/chat/completions";
const messages = [{ role: "user", content: "abc" }];
const greedy = { messages, temperature: 0, max_tokens: 8 };
const vector = Array.from(randomVector(9, 40));

const folder = temporaryFolder();
let running: Running;
beforeAll(async () => {
  await saveProfiles(folder, ["careful", "terse"]);
  running = await startServer({ profiles: folder });
});
afterAll(() => running[Symbol.asyncDispose]());
afterEach(() => send(running, "/v1/steering", { steering: null }, { method: "PUT" }));

const ask = (body: object) => send<ChatAnswer>(running, PATH, { ...greedy, ...body });
/** What it answers when steered by this, which has to be done without an error. */
async function answer(body: object): Promise<ChatAnswer> {
  const answered = await ask(body);
  expect(answered).toMatchObject({ status: 200 });
  return answered.body;
}
const textOf = ({ choices }: ChatAnswer) => choices[0]!.message.content;

test.each<[string, object]>([
  ["an object", { steering: { profile: "careful", scale: 0.5 } }],
  ["a text", { steering: "careful:0.5" }],
  ["the model's name", { model: "qwen3@careful:0.5" }],
])("steers by a profile that %s names, as the library does, and proves it", async (_, body) => {
  const careful = (await loadSteering(`${folder}/careful.steer.json`, running.model)).scaled(0.5);
  const expected = await running.model.chat([{ role: "user", content: "abc" }], { steering: careful, maxTokens: 8 });
  const steered = await answer(body);

  expect(textOf(steered)).toBe(expected.text);
  expect(textOf(steered)).not.toBe(textOf(await answer({})));
  expect(steered.choices[0]!.receipt).toEqual(expected.receipt);
  expect(steered.choices[0]!.receipt[0]).toMatchObject({ layer: 1, rows: 8 });
  expect(steered.steering).toEqual({
    from: "model" in body ? "model" : "request",
    fingerprint: careful.fingerprint,
    layers: [1],
  });
});

test("a stream has the receipt in the choice's last chunk", async () => {
  const chunks = await streamed<ChatChunk>(running, PATH, { ...greedy, model: "qwen3@terse" });

  expect(chunks.at(-1)!.choices[0]!.receipt).toEqual([expect.objectContaining({ layer: 1, rows: 8 })]);
  expect(chunks.every(({ steering }) => steering?.from === "model")).toBe(true);
});

test("adds up what is named, at its scale and layers", async () => {
  const both = await answer({ steering: { profile: "careful", plus: [{ profile: "terse", scale: -0.5 }] } });
  const asText = await answer({ steering: "careful+terse:-0.5" });
  const byHand = await answer({ steering: { vectors: [{ layer: 2, vector }], scale: 2 } });
  const nowhere = await answer({ steering: { profile: "careful", layers: [3] } });

  expect(asText.steering).toEqual(both.steering);
  expect(byHand.choices[0]!.receipt).toMatchObject([{ layer: 2, rows: 8 }]);
  expect(nowhere).toMatchObject({ steering: { layers: [] }, choices: [{ receipt: [] }] });
});

const PROMPT_ROWS = 22;
const direction = randomVector(3);
const reach = { weights: randomVector(5), bias: 0.5, threshold: -1e3, from: "above" } as const;

test.each<[string, object, (careful: Steering) => Steering, number, number]>([
  ["from a position to before another", { within: { from: 2, to: 5 } }, (it) => it.within(2, 5), 3, 0],
  ["from the first on to before one", { within: { to: 3 } }, (it) => it.within(0, 3), 3, 0],
  ["from a position on", { within: { from: 6 } }, (it) => it.within(6), 2, 0],
  ["of the prompt's end", { within: { from: -2, to: 1 } }, (it) => it.within(-2, 1), 3, 0],
  ["of all the prompt", { within: { from: "prompt" } }, (it) => it.fromPrompt(), PROMPT_ROWS - 1 + 8, 0],
  ["of the prompt alone", { within: { from: "prompt", to: 1 } }, (it) => it.within(0, 1).fromPrompt(), PROMPT_ROWS, 0],
  ["of the answer", { during: "answer" }, (it) => it.during("answer"), 8, 0],
  ["of reasoning that there is none of", { during: "reasoning" }, (it) => it.during("reasoning"), 0, 0],
  ["where a direction's product is high enough", { when: { layer: 0, direction: [...direction], above: -1e9 } }, (it) => it.when({ layer: 0, direction, above: -1e9 }), 8, 0], // prettier-ignore
  ["where a direction's product is too low", { when: { layer: 0, direction: [...direction], above: 1e9 } }, (it) => it.when({ layer: 0, direction, above: 1e9 }), 0, 8], // prettier-ignore
  ["in several ways", { within: { to: 1 }, plus: [{ profile: "careful", scale: 2, within: { from: 7 } }] }, (it) => it.within(0, 1).plus(it.scaled(2).within(7)), 2, 0], // prettier-ignore
])(
  "acts on the rows %s, as the library does, and the receipt counts them",
  async (_, asked, acting, rows, leftAlone) => {
    const careful = await loadSteering(`${folder}/careful.steer.json`, running.model);
    const { steering, choices } = await answer({ steering: { profile: "careful", ...asked } });
    const receipt = choices[0]!.receipt;

    expect(steering!.fingerprint).toBe(acting(careful).fingerprint);
    expect(receipt.map((layer) => [layer.rows, layer.leftAlone])).toEqual([[rows, leftAlone]]);
  },
);

test("brings a score to its threshold, along a way of its own", async () => {
  const weights = [...reach.weights];
  const asked = [
    { layer: 1, reach: { ...reach, weights } },
    { layer: 2, vector, reach: { weights, threshold: 1e3, from: "above" } },
  ];
  const { steering, choices } = await answer({ steering: { vectors: asked } });
  const expected = createSteering([
    { layer: 1, reach },
    { layer: 2, vector: Float32Array.from(vector), reach: { ...reach, bias: 0, threshold: 1e3 } },
  ]);

  expect(steering!.fingerprint).toBe(expected.fingerprint);
  expect(choices[0]!.receipt.map(({ rows, leftAlone }) => [rows, leftAlone])).toEqual([[8, 0], [0, 8]]); // prettier-ignore
});

test("the default steers what names nothing, until it is taken back", async () => {
  const put = await send(running, "/v1/steering", { steering: "careful:2" }, { method: "PUT" });
  const byDefault = await answer({});
  const own = await answer({ steering: "terse" });
  const none = await answer({ steering: null });
  const got = await send(running, "/v1/steering");

  expect(put).toMatchObject({ status: 200, body: { steering: "careful:2", layers: [1] } });
  expect(got.body).toEqual(put.body);
  expect(byDefault).toMatchObject({ steering: { from: "default" }, choices: [{ receipt: [{ layer: 1 }] }] });
  expect(own.steering).toMatchObject({ from: "request" });
  expect(none).toMatchObject({ steering: null, choices: [{ receipt: [] }] });
  await send(running, "/v1/steering", { steering: null }, { method: "PUT" });
  expect((await answer({})).steering).toBeNull();
});

test("compares plain and steered from one prefill", async () => {
  const plain = textOf(await answer({ steering: null }));
  const steered = textOf(await answer({ steering: "careful" }));
  const both = await answer({ steering: { profile: "careful", compare: true } });
  const inModel = await answer({ model: "qwen3@careful", steering: { compare: true } });
  const chunks = await streamed<ChatChunk>(running, PATH, {
    ...greedy,
    steering: { profile: "careful", compare: true },
  });
  const streamedText = (arm: string) =>
    chunks
      .flatMap(({ choices }) => choices)
      .filter((choice) => choice.arm === arm)
      .map(({ delta }) => delta.content ?? "")
      .join("");

  for (const { choices, usage } of [both, inModel]) {
    expect(choices.map(({ arm, message, receipt }) => [arm, message.content, receipt.length])).toEqual([
      ["plain", plain, 0],
      ["steered", steered, 1],
    ]);
    expect(usage.prompt_tokens).toBe(22);
  }
  expect([streamedText("plain"), streamedText("steered")]).toEqual([plain, steered]);
});

test("requests of different steering at once get each its own", async () => {
  const specs = ["careful", "terse", "careful:0.3", "terse:-1", null];
  const alone = [];
  for (const steering of specs) alone.push(await answer({ steering }));
  const together = await Promise.all(specs.map((steering) => answer({ steering })));

  expect(together.map(({ steering }) => steering)).toEqual(alone.map(({ steering }) => steering));
  expect(new Set(together.map(({ steering }) => steering?.fingerprint)).size).toBe(specs.length);
  expect(together.map(textOf)).toEqual(alone.map(textOf));
});

test.each<[string, object, number, string, string]>([
  ["an unknown profile", { steering: "bold" }, 404, "steering.profile", "profile_not_found"],
  ["an unknown profile in the model's name", { model: "qwen3@bold" }, 404, "model.profile", "profile_not_found"],
  ["a path", { steering: "../careful" }, 400, "steering", "invalid_steering"],
  ["a path in an object", { steering: { profile: "../careful" } }, 400, "steering.profile", "invalid_value"],
  ["a scale that is none", { steering: "careful:x" }, 400, "steering", "invalid_steering"],
  ["an infinite scale", { steering: "careful:1e999" }, 400, "steering", "invalid_steering"],
  ["a huge scale", { steering: { profile: "careful", scale: 1e30 } }, 400, "steering.scale", "integer_above_max_value"],
  ["a name that it does not know", { steering: { profil: "careful" } }, 400, "steering.profil", "unknown_parameter"],
  ["a vector of another width", { steering: { vectors: [{ layer: 1, vector: [1] }] } }, 400, "steering.vectors[0].vector", "invalid_steering"], // prettier-ignore
  ["a layer that is not there", { steering: { vectors: [{ layer: 4, vector }] } }, 400, "steering.vectors[0].layer", "invalid_steering"], // prettier-ignore
  ["a layer twice", { steering: { vectors: [1, 1].map((layer) => ({ layer, vector })) } }, 400, "steering.vectors", "invalid_steering"], // prettier-ignore
  ["a vector that is none", { steering: { vectors: [{ layer: 1 }] } }, 400, "steering.vectors[0]", "invalid_steering"],
  ["a score of another width", { steering: { vectors: [{ layer: 1, reach: { weights: [1], threshold: 0, from: "above" } }] } }, 400, "steering.vectors[0].reach.weights", "invalid_steering"], // prettier-ignore
  ["a way along which the score stays", { steering: { vectors: [{ layer: 1, reach: { weights: vector.map(() => 0), threshold: 0, from: "below" } }] } }, 400, "steering.vectors", "invalid_steering"], // prettier-ignore
  ["a scale of nothing", { steering: { scale: 2, plus: [{ profile: "careful" }] } }, 400, "steering", "invalid_steering"], // prettier-ignore
  ["a part that names nothing", { steering: { profile: "careful", plus: [{ scale: 2 }] } }, 400, "steering.plus[0]", "invalid_steering"], // prettier-ignore
  ["an empty window", { steering: { profile: "careful", within: { from: 3, to: 3 } } }, 400, "steering.within", "invalid_steering"], // prettier-ignore
  ["a window of words", { steering: { profile: "careful", within: { from: "start" } } }, 400, "steering.within.from", "invalid_type"], // prettier-ignore
  ["a position that is none", { steering: { profile: "careful", within: { to: 1.5 } } }, 400, "steering.within.to", "invalid_type"], // prettier-ignore
  ["a window and a beginning", { steering: { profile: "careful", last: 2, plus: [{ profile: "terse", within: { to: 3 } }] } }, 400, "steering", "invalid_steering"], // prettier-ignore
  ["a phase that is none", { steering: { profile: "careful", during: "thinking" } }, 400, "steering.during", "invalid_value"], // prettier-ignore
  ["a condition of nothing", { steering: { profile: "careful", when: { above: 1 } } }, 400, "steering.when", "invalid_steering"], // prettier-ignore
  ["a condition of two things", { steering: { profile: "careful", when: { feature: "a/1", layer: 1, direction: vector, above: 1 } } }, 400, "steering.when", "invalid_steering"], // prettier-ignore
  ["a condition without a bound", { steering: { profile: "careful", when: { layer: 1, direction: vector } } }, 400, "steering.when.above", "missing_required_parameter"], // prettier-ignore
  ["a condition of another width", { steering: { profile: "careful", when: { layer: 1, direction: [1], above: 1 } } }, 400, "steering.when.direction", "invalid_steering"], // prettier-ignore
  ["a condition of no layer", { steering: { profile: "careful", when: { layer: 4, direction: vector, above: 1 } } }, 400, "steering.when.layer", "invalid_steering"], // prettier-ignore
  ["a condition of a later layer", { steering: { profile: "careful", when: { layer: 2, direction: vector, above: 1 } } }, 400, "steering.when", "invalid_steering"], // prettier-ignore
  ["a condition of an SAE that is not there", { steering: { profile: "careful", when: { feature: "blocks.1.hook_resid_post/1", above: 1 } } }, 400, "steering.when.feature", "invalid_feature"], // prettier-ignore
  ["one in both places", { model: "qwen3@careful", steering: "terse" }, 400, "steering", "invalid_steering"],
])("refuses %s", async (_, body, status, param, code) => {
  expect(await ask(body)).toMatchObject({ status, body: errorBody(param, code) });
});

test("an infinite number in JSON is none", async () => {
  const body = `{"messages":[{"role":"user","content":"a"}],"steering":{"profile":"careful","scale":1e999}}`;

  expect(await send(running, PATH, body)).toMatchObject({
    status: 400,
    body: errorBody("steering.scale", "invalid_type"),
  });
});

test("lists each profile as a model", async () => {
  const { body } = await send<{ data: { id: string }[] }>(running, "/v1/models");

  expect(body.data.map(({ id }) => id)).toEqual(["qwen3", "qwen3@careful", "qwen3@terse"]);
  expect((await send(running, "/v1/models/qwen3@careful:0.8")).status).toBe(200);
  expect((await send(running, "/v1/models/qwen3@bold")).status).toBe(404);
  expect(readdirSync(folder).length).toBe(4);
});
