import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { withoutEnd } from "../../bench/generate";
import { Generator } from "../../lib/model/generate/generator";
import type { ReplyOptions } from "../../lib/model/generate/options";
import type { ReplyChunk } from "../../lib/model/generate/reply";
import { Model } from "../../lib/model/model";
import { createSteering } from "../../lib/steering/create-steering";
import { linearProbe } from "../../lib/steering/operation";
import { array, elementsOf, parse, string, TYPE, write } from "../support/gguf-layout";
import { temporaryFolder } from "../support/temporary-folder";
import { fixture, randomVector } from "./models";

const folder = temporaryFolder();

const question = [{ role: "user", content: "abc" }] as const;
const steering = createSteering([{ layer: 1, vector: randomVector(1, 4) }]);

let model: Model;
beforeAll(async () => {
  model = await Model.load(fixture("qwen3").model);
});
afterAll(() => model.dispose());

const textOf = (chunks: readonly ReplyChunk[]) => chunks.map(({ text }) => text).join("");

async function streamed<C, R>(stream: AsyncGenerator<C, R>): Promise<{ chunks: C[]; reply: R }> {
  const chunks: C[] = [];
  for (;;) {
    const next = await stream.next();
    if (next.done) return { chunks, reply: next.value };
    chunks.push(next.value);
  }
}

test("goes on from a text as the engine does from its tokens", async () => {
  await using engine = await model.createEngine();
  const prompt = model.tokenize("abc");
  const { branches } = await engine.run({ prompt, branches: [{ maxTokens: 6 }] });
  const { text, tokens, stopReason, receipt } = branches[0]!;
  const reply = { text, tokens, stopReason, receipt };
  const generator = new Generator(engine);

  expect(await generator.complete("abc", { maxTokens: 6 })).toMatchObject(reply);
  expect(await generator.complete(prompt, { maxTokens: 6 })).toMatchObject(reply);
  expect(await model.complete("abc", { maxTokens: 6 })).toMatchObject(reply);
});

test("puts a conversation in the model's template, control tokens as such", async () => {
  const written = "<|im_start|>user\nabc<|im_end|>\n<|im_start|>assistant\n";
  const prompt = model.tokenize(written, { parseSpecial: true });
  const [chat, complete] = await Promise.all([
    model.chat(question, { maxTokens: 6 }),
    model.complete(prompt, { maxTokens: 6 }),
  ]);

  expect(chat.tokens).toEqual(complete.tokens);
  expect(chat.usage).toMatchObject({ promptTokens: prompt.length, completionTokens: chat.tokens.length });
});

test.each(["text", "conversation"])("streams the answer to a %s, and at the end all of it", async (kind) => {
  const options = { maxTokens: 12, temperature: 1, seed: 3 };
  const stream = kind === "text" ? model.streamComplete("abc", options) : model.streamChat(question, options);
  const { chunks, reply } = await streamed(stream);

  expect(chunks.length).toBeGreaterThan(1);
  expect(textOf(chunks)).toBe(reply.text);
  expect(chunks.flatMap(({ tokens }) => [...tokens])).toEqual([...reply.tokens]);
});

test("forks a plain and a steered answer from one prefill, which are those of each alone", async () => {
  const options = { maxTokens: 8 };
  const [plain, steered] = await model.fork(question, [{}, { steering }], options);

  expect(plain!.receipt).toEqual([]);
  expect(steered!.receipt).toMatchObject([{ layer: 1, rows: 8 }]);
  expect(steered!.tokens).not.toEqual(plain!.tokens);
  expect((await model.chat(question, options)).tokens).toEqual(plain!.tokens);
  expect((await model.chat(question, { ...options, steering })).tokens).toEqual(steered!.tokens);
});

test("streams forks, each chunk with its branch", async () => {
  const { chunks, reply } = await streamed(model.streamFork("abc", [{}, { steering }], { maxTokens: 8 }));

  for (const [branch, { text }] of reply.entries()) {
    expect(textOf(chunks.filter((chunk) => chunk.branch === branch))).toBe(text);
  }
});

test("gives log-probabilities of the answer, also as they come, and of the prompt", async () => {
  const options = { maxTokens: 6, logProbabilities: 2 };
  const { chunks, reply } = await streamed(model.streamComplete("abc", { ...options, promptLogProbabilities: 0 }));

  expect(reply.scores!.topTokens).toHaveLength(12);
  expect(reply.promptScores!.logProbabilities).toHaveLength(reply.usage.promptTokens - 1);
  expect(chunks.flatMap(({ scores }) => [...(scores?.logProbabilities ?? [])])).toEqual([
    ...reply.scores!.logProbabilities,
  ]);
  expect(await model.complete("abc", { maxTokens: 1 })).not.toHaveProperty("scores");
});

test("gives what is watched, also as it comes", async () => {
  const watch = { names: ["a", "b"], probes: [linearProbe(1, randomVector(5)), linearProbe(2, randomVector(6))] };
  const { chunks, reply } = await streamed(model.streamChat(question, { maxTokens: 6, watch }));

  expect(reply.watched).toHaveLength(12);
  expect(chunks.flatMap(({ watched }) => [...(watched ?? [])])).toEqual([...reply.watched!]);
  expect(await model.chat(question, { maxTokens: 1 })).not.toHaveProperty("watched");
});

test("steers what is reasoned or the answer alone, as the template begins it", async () => {
  const rows = async (phase: "reasoning" | "answer") => {
    const { receipt, tokens } = await model.chat(question, { maxTokens: 8, steering: steering.during(phase) });
    return [receipt[0]?.rows ?? 0, tokens.length];
  };
  expect(await rows("answer")).toEqual([8, 8]);
  expect(await rows("reasoning")).toEqual([0, 8]);
});

describe("a template that opens <think> itself", () => {
  const CLOSE = "</think>";
  const CLOSING = 0xfe; // a byte that UTF-8 has nowhere: its token is put to use
  let opening: Model;
  beforeAll(async () => {
    const layout = parse(readFileSync(fixture("qwen3").model));
    const entry = (key: string) => layout.entries.find((each) => each.key === `tokenizer.${key}`)!;
    const template = entry("chat_template").value.subarray(8).toString("latin1");
    entry("chat_template").value = string(template.replace("assistant\n", "assistant\n<think>\n"));
    const { elements } = elementsOf(entry("ggml.tokens").value);
    entry("ggml.tokens").value = array(
      TYPE.string,
      elements.map((token, i) => (i === CLOSING ? string(CLOSE) : token)),
    );
    const path = join(folder, "opening.gguf");
    writeFileSync(path, write(layout));
    opening = await Model.load(path);
  });
  afterAll(() => opening.dispose());

  const sampled = (seed: number, closing: number) => {
    return { maxTokens: 12, temperature: 100, seed, logitBias: { ...withoutEnd(opening.info), [CLOSING]: closing } };
  };
  const steeredRows = async (options: ReplyOptions) => {
    const slightly = steering.scaled(1e-9); // so that the tokens stay
    const phases = (["reasoning", "answer"] as const).map((phase) => ({ steering: slightly.during(phase) }));
    const replies = await opening.fork(question, phases, options);
    return replies.map(({ receipt }) => receipt[0]!.rows);
  };

  test("has reasoning from the first token on", async () => {
    const options = sampled(1, -1e4);
    const { reply, chunks } = await streamed(opening.streamChat(question, options));

    expect(opening.detokenize(reply.prompt, { special: true })).toMatch(/assistant\n<think>\n$/);
    expect([reply.text, reply.reasoning]).toEqual(["", opening.detokenize(reply.tokens).trim()]);
    expect(chunks.map(({ reasoning = "" }) => reasoning).join("")).toBe(reply.reasoning);
    expect(await steeredRows(options)).toEqual([12, 0]);
  });

  test("has the answer behind </think>", async () => {
    const asked = [...Array(12).keys()].map((seed) => sampled(seed, 300));
    const replies = await Promise.all(asked.map((options) => opening.chat(question, options)));
    const i = replies.findIndex(({ tokens }) => tokens.indexOf(CLOSING) > 1);
    const { text, reasoning, tokens } = replies[i]!;
    const end = tokens.indexOf(CLOSING);

    expect(reasoning).toBe(opening.detokenize(tokens.subarray(0, end)).trim());
    expect(text).toBe(opening.detokenize(tokens.subarray(end + 1)).trimStart());
    expect(await steeredRows(asked[i]!)).toEqual([end + 1, 12 - end - 1]);
  });
});

test("holds answers to a grammar, or to a JSON schema, but not to both", async () => {
  const options = { maxTokens: 40, temperature: 1, seed: 1 };
  const schema = { enum: ["yes", "no"] };
  const [grammar, held] = await model.fork(question, [{ grammar: 'root ::= "yes" | "no"' }, { schema }], options);

  expect(grammar).toMatchObject({ text: expect.stringMatching(/^(yes|no)$/), stopReason: "end" });
  expect(schema.enum).toContain(JSON.parse(held!.text));
  await expect(model.chat(question, { schema, grammar: "root ::= [a]" })).rejects.toMatchObject({
    code: "ERR_INVALID_ARGUMENT",
    details: { name: "schema" },
  });
  await expect(model.chat(question, { schema: { not: {} } })).rejects.toMatchObject({ code: "ERR_SCHEMA" });
});

test("a loop that is left ends its answer alone", async () => {
  await using engine = await model.createEngine({ contextTokens: 4096 });
  const generator = new Generator(engine);
  const other = generator.complete("abd", { maxTokens: 64, temperature: 1 });
  for await (const _ of generator.streamComplete("abc", { maxTokens: 4000, temperature: 1 })) break;

  expect((await other).stopReason).toBeDefined();
  const { decodedTokens } = engine.statistics();
  await generator.complete("abe", { maxTokens: 1 });
  expect(engine.statistics().decodedTokens - decodedTokens).toBeLessThan(64);
});

test("an abort rejects with the signal's reason, at once and in the middle", async () => {
  const reason = new Error("enough");
  await expect(model.chat(question, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);

  const controller = new AbortController();
  const stream = model.streamChat(question, { maxTokens: 200, temperature: 1, signal: controller.signal });
  await stream.next();
  controller.abort(reason);
  await expect(streamed(stream)).rejects.toBe(reason);
});

test("names what is wrong", async () => {
  const wrong = (name: string) => ({ code: "ERR_INVALID_ARGUMENT", details: { name } });
  await expect(model.chat([])).rejects.toMatchObject(wrong("messages"));
  await expect(model.chat([{ role: "judge", content: "?" } as never])).rejects.toMatchObject(wrong("messages[0].role"));
  await expect(model.chat(question, { maxTokns: 3 } as never)).rejects.toMatchObject(wrong("maxTokns"));
  await expect(model.fork("abc", [])).rejects.toMatchObject(wrong("ways"));
  await expect(model.complete(question as never)).rejects.toMatchObject(wrong("prompt"));
});

test("a model without a template completes, and says what a conversation needs", async () => {
  await using llama = await Model.load(fixture("llama").model);

  await expect(llama.chat(question)).rejects.toMatchObject({
    code: "ERR_CHAT_TEMPLATE",
    message: expect.stringContaining("give the prompt as text"),
  });
  expect((await llama.complete("abc", { maxTokens: 2 })).tokens).toHaveLength(2);
});

test("a model disposed of answers nothing", async () => {
  const gone = await Model.load(fixture("qwen3").model);
  await gone.complete("abc", { maxTokens: 1 });
  await gone.dispose();

  await expect(gone.complete("abc")).rejects.toMatchObject({ code: "ERR_DISPOSED" });
  await expect(gone.streamChat(question).next()).rejects.toMatchObject({ code: "ERR_DISPOSED" });
});

const smollm2 = join(__dirname, "../../../shared/models/smollm2-135m-instruct/SmolLM2-135M-Instruct.Q4_1.gguf");
const present = existsSync(smollm2);
(present ? test : test.skip)(
  `SmolLM2 answers a question${present ? "" : " (skipped: ../shared/models is absent)"}`,
  async () => {
    await using smol = await Model.load(smollm2);
    const messages = [{ role: "user", content: "What is the capital of France? Answer with one word." }] as const;
    const { text, stopReason } = await smol.chat(messages, { maxTokens: 32 });

    expect(text).toContain("Paris");
    expect(stopReason).toBe("end");
  },
);
