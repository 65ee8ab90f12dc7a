import type { CompletionAnswer, CompletionChunk } from "../../../lib/server/schemas/completion-answer";
import type { FormerLogprobs, PresentLogprobs } from "../../../lib/server/schemas/logprobs";
import { join } from "node:path";
import { loadSteering } from "../../../lib/steering/load-steering";
import { saveProfiles } from "../../support/profiles";
import { errorBody, type Running, send, startServer, streamed } from "../../support/server";
import { temporaryFolder } from "../../support/temporary-folder";

const PATH = "/v1/completions";
const greedy = { temperature: 0, max_tokens: 6 };
const prompt = "one two three";

const folder = temporaryFolder();
let running: Running;
beforeAll(async () => {
  await saveProfiles(folder, ["careful"]);
  running = await startServer({ profiles: folder });
});
afterAll(() => running[Symbol.asyncDispose]());

const ask = (body: object) => send<CompletionAnswer>(running, PATH, { ...greedy, ...body });
async function answer(body: object): Promise<CompletionAnswer> {
  const answered = await ask(body);
  expect(answered).toMatchObject({ status: 200 });
  return answered.body;
}
const textsOf = ({ choices }: CompletionAnswer) => choices.map(({ text }) => text);

test("goes on from text, tokens, and several of either, as the library does", async () => {
  const expected = await running.model.complete(prompt, { maxTokens: 6 });
  const ids = Array.from(running.model.tokenize(prompt));
  const other = await running.model.complete("abc", { maxTokens: 6 });

  expect(textsOf(await answer({ prompt }))).toEqual([expected.text]);
  expect(textsOf(await answer({ prompt: ids }))).toEqual([expected.text]);
  expect(textsOf(await answer({ prompt: [prompt, "abc"] }))).toEqual([expected.text, other.text]);
  expect(await answer({ prompt: [ids, ids], n: 2 })).toMatchObject({
    object: "text_completion",
    choices: [0, 1, 2, 3].map((index) => ({ index, text: expected.text, finish_reason: "length" })),
    usage: { prompt_tokens: 2 * ids.length, completion_tokens: 24 },
  });
});

/** Which runs meet in a batch decides the last bits. */
const about = (value: number | null): unknown => expect.closeTo(value!, 4);

test("streams several prompts at once, each to its own end", async () => {
  const whole = await answer({ prompt: [prompt, "abc"], logprobs: 2 });
  const chunks = await streamed<CompletionChunk>(running, PATH, {
    ...greedy,
    prompt: [prompt, "abc"],
    logprobs: 2,
    stream_options: { include_usage: true },
  });
  const of = (index: number) => chunks.flatMap(({ choices }) => choices).filter((choice) => choice.index === index);

  for (const [index, choice] of whole.choices.entries()) {
    const logprobs = of(index).flatMap((chunk) => (chunk.logprobs as FormerLogprobs | null)?.token_logprobs ?? []);
    const text = of(index).map((chunk) => chunk.text);
    expect(text.join("")).toBe(choice.text);
    expect(logprobs).toEqual((choice.logprobs as FormerLogprobs).token_logprobs.map(about));
    expect(of(index).at(-1)).toMatchObject({ finish_reason: "length", receipt: [] });
  }
  expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { completion_tokens: 12, prompt_tokens: 14 } });
});

test("echoes the prompt with the log-probability of each token, in the former form", async () => {
  const tokens = running.model.tokenize(prompt);
  await using engine = await running.model.createEngine({ threads: 1 });
  const forced = await engine.run({ prompt: tokens.slice(0, 1), branches: [{ forcedTokens: tokens.slice(1) }] });
  const { choices } = await answer({ prompt, echo: true, logprobs: 1, max_tokens: 1 });
  const { text, logprobs } = choices[0]!;
  const former = logprobs as FormerLogprobs;

  expect(text.startsWith(prompt)).toBe(true);
  expect(former.tokens).toHaveLength(tokens.length + 1);
  expect(former.token_logprobs[0]).toBeNull();
  forced.branches[0]!.forcedLogProbabilities.forEach((value, i) =>
    expect(former.token_logprobs[i + 1]).toBeCloseTo(value, 4),
  );
  expect(former.top_logprobs![0]).toBeNull();
  expect(Math.max(...Object.values(former.top_logprobs![1]!))).toBeGreaterThanOrEqual(former.token_logprobs[1]!);
  expect(former.text_offset.map((at, i) => text.startsWith(former.tokens[i]!, at))).not.toContain(false);
});

test("gives log-probabilities in the present form where they are asked for with true", async () => {
  const { choices } = await answer({ prompt, logprobs: true, top_logprobs: 2 });
  const { content } = choices[0]!.logprobs as PresentLogprobs;

  expect(content).toHaveLength(6);
  expect(content.map(({ token }) => token).join("")).toBe(choices[0]!.text);
  for (const { logprob, top_logprobs, token, bytes } of content) {
    expect(top_logprobs.map((other) => other.logprob)).toContain(logprob); // greedy
    expect(Buffer.from(bytes).toString()).toBe(token);
  }
});

test("an echoed prompt is steered from where the rule in the model's name says", async () => {
  const tokens = Array.from(running.model.tokenize("abc Answer: xyz"));
  const nLast = running.model.tokenize("abc Answer: xyz").length - running.model.tokenize("abc Answer:").length;
  const echo = { prompt: tokens, echo: true, logprobs: 1, max_tokens: 1 };
  const plain = (await answer({ ...echo, model: "qwen3" })).choices[0]!.logprobs as FormerLogprobs;
  const byText = await answer({ ...echo, model: 'qwen3@careful,after="Answer:"' });
  const byNumber = await answer({ ...echo, steering: { profile: "careful", last: nLast } });
  const steered = byText.choices[0]!.logprobs as FormerLogprobs;
  const same = (i: number) => steered.token_logprobs[i] === plain.token_logprobs[i];
  const border = tokens.length - nLast;

  expect(byNumber.choices).toEqual(byText.choices);
  expect(byText.choices[0]!.receipt).toMatchObject([{ layer: 1, rows: nLast + 1 }]);
  expect([...tokens.keys()].filter((i) => i < border && !same(i))).toEqual([]);
  expect(same(border)).toBe(false); // the first token of the answer is of a steered row
});

test("an echoed prompt is steered in a window that begins in it", async () => {
  const echo = { prompt, echo: true, logprobs: 1, max_tokens: 1 };
  const { choices } = await answer({ ...echo, steering: { profile: "careful", within: { from: "prompt" } } });

  expect(choices[0]!.receipt).toMatchObject([{ layer: 1, rows: running.model.tokenize(prompt).length }]);
});

test("steered log-probabilities of an echoed answer are those of the library", async () => {
  const [context, whole] = ["abc Answer:", "abc Answer: xyz"].map((text) => running.model.tokenize(text));
  const continuation = whole!.slice(context!.length);
  const steering = await loadSteering(join(folder, "careful.steer.json"), running.model);
  await using engine = await running.model.createEngine({ threads: 1 });
  const { branches } = await engine.run({ prompt: context!, branches: [{ forcedTokens: continuation, steering }] });
  const model = `qwen3@careful,last=${continuation.length}`;
  const { choices } = await answer({ prompt: Array.from(whole!), echo: true, logprobs: 1, max_tokens: 1, model });
  const { token_logprobs } = choices[0]!.logprobs as FormerLogprobs;

  branches[0]!.forcedLogProbabilities.forEach((value, i) =>
    expect(token_logprobs[context!.length + i]).toBeCloseTo(value, 4),
  );
});

test("penalties and logit biases change what is written", async () => {
  const plain = textsOf(await answer({ prompt, max_tokens: 24 }));
  const [first] = running.model.tokenize(plain[0]!.slice(0, 1), { addSpecial: false });
  const without = await answer({ prompt, max_tokens: 24, logit_bias: { [first!]: -100 } });
  const penalised = await answer({ prompt, max_tokens: 24, frequency_penalty: 2, presence_penalty: 2 });

  expect(textsOf(without)[0]!.startsWith(plain[0]!.slice(0, 1))).toBe(false);
  expect(textsOf(penalised)).not.toEqual(plain);
});

test.each<[string, object, string | null, string]>([
  ["no prompt", {}, "prompt", "missing_required_parameter"],
  ["no tokens", { prompt: [] }, "prompt", "invalid_type"],
  ["a token that is none", { prompt: [1, 99_999] }, null, "invalid_value"],
  ["a negative token", { prompt: [-1] }, "prompt[0]", "integer_below_min_value"],
  ["text after the answer", { prompt, suffix: "x" }, "suffix", "unsupported_parameter"],
  [
    "an echo with a profile and no rule",
    { prompt, echo: true, steering: "careful" },
    "steering",
    "steering_begins_nowhere",
  ],
  ["a rule of text that is not there", { prompt, steering: "careful,after=zzz" }, "steering", "invalid_steering"],
  ["a rule beyond the prompt", { prompt, steering: "careful,last=99" }, "steering", "invalid_steering"],
  ["a rule that it does not know", { prompt, steering: "careful,first=1" }, "steering", "invalid_steering"],
  [
    "an echo with log-probabilities of two answers",
    { prompt, echo: true, logprobs: 1, n: 2 },
    "echo",
    "unsupported_parameter",
  ],
  ["a bias of no token", { prompt, logit_bias: { a: 1 } }, "logit_bias.a", "invalid_value"],
])("refuses %s", async (_, body, param, code) => {
  expect(await ask(body)).toMatchObject({ status: 400, body: errorBody(param, code) });
});
