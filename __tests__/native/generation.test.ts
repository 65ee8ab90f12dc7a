import { Engine } from "../../lib/model/engine";
import { Model } from "../../lib/model/model";
import { createSteering } from "../../lib/steering/create-steering";
import { fixture, logSoftmax, nmse, randomTokens, randomVector, runOne, withEngine } from "./models";

const prompt = randomTokens(11, 20);
const hot = (seed: number) => ({ temperature: 1, seed });

let model: Model;
let engine: Engine;
beforeAll(async () => {
  model = await Model.load(fixture("llama").model);
  engine = await model.createEngine({ threads: 1, contextTokens: 1024, kvType: "f32" });
});
afterAll(() => model.dispose());

test("greedy runs repeat themselves, and pick the largest logit of each row", async () => {
  const first = await runOne(engine, prompt, { maxTokens: 16, logits: "generated" });
  const second = await runOne(engine, prompt, { maxTokens: 16, logits: "generated" });

  expect(second.tokens).toEqual(first.tokens);
  const nVocab = model.info.nVocab;
  first.tokens.forEach((token, i) => {
    const row = first.logits.slice(i * nVocab, (i + 1) * nVocab);
    expect(token).toBe(row.indexOf(Math.max(...row)));
  });
});

test("a seed gives the same tokens whatever else is in the batch", async () => {
  const branch = { maxTokens: 24, sampling: hot(5) };
  const alone = await runOne(engine, prompt, branch);
  const others = Array.from({ length: 9 }, (_, i) =>
    engine.run({ prompt: randomTokens(i, 10 + i), branches: [{ maxTokens: 24, sampling: hot(i) }] }),
  );
  const { branches } = await engine.run({ prompt, branches: [{ maxTokens: 24, sampling: hot(6) }, branch] });
  await Promise.all(others);

  expect(branches[1]!.tokens).toEqual(alone.tokens);
  expect(branches[0]!.tokens).not.toEqual(alone.tokens);
});

test("top-k, top-p and min-p of the strictest are greedy", async () => {
  const greedy = await runOne(engine, prompt, { maxTokens: 12 });
  for (const filter of [{ topK: 1 }, { topP: 1e-6 }, { minP: 0.999999 }]) {
    const sampled = await runOne(engine, prompt, { maxTokens: 12, sampling: { ...hot(3), ...filter } });
    expect(sampled.tokens).toEqual(greedy.tokens);
  }
});

test("penalties keep a branch from what prompt and answer had, whatever else is in the batch", async () => {
  const before = Int32Array.from({ length: 60 }, (_, i) => 60 + i);
  const again = { repeatPenalty: 1.3, frequencyPenalty: 20, presencePenalty: 20, penaltyTokens: 200 };
  const branch = { maxTokens: 40, sampling: { ...hot(5), ...again } };
  const alone = await runOne(engine, before, branch);
  const others = [1, 2, 3].map((seed) =>
    engine.run({ prompt: randomTokens(seed, 12), branches: [{ maxTokens: 24, sampling: { ...hot(seed), ...again } }] }),
  );
  const greedy = { maxTokens: 40, sampling: again };
  const { branches } = await engine.run({ prompt: before, branches: [{ maxTokens: 40 }, greedy, branch] });
  await Promise.all(others);
  expect(branches[2]!.tokens).toEqual(alone.tokens);
  for (const { tokens } of branches.slice(1)) {
    expect(tokens.length).toBeGreaterThan(20);
    expect(new Set([...before, ...tokens]).size).toBe(before.length + tokens.length);
  }
});

test("a bias forbids tokens or forces one, and scores are the model's own", async () => {
  const free = await runOne(engine, prompt, { maxTokens: 8, logProbabilities: 1 });
  const logitBias = Object.fromEntries([...free.tokens].map((token) => [token, -1e9]));
  const other = await runOne(engine, prompt, { maxTokens: 8, sampling: { logitBias }, logProbabilities: 1 });
  expect([...other.tokens].filter((token) => free.tokens.includes(token))).toEqual([]);
  expect(other.scores!.topTokens[0]).toBe(free.tokens[0]);
  const forced = await runOne(engine, prompt, { maxTokens: 3, sampling: { ...hot(1), logitBias: { 77: 1e6 } } });
  expect([...forced.tokens]).toEqual([77, 77, 77]);
});

test("choice log-probabilities are the log-softmax of the first row's logits, also of a steered branch", async () => {
  const choiceTokens = Int32Array.from([3, 65, 250, 3]);
  const steering = createSteering([{ layer: 1, vector: randomVector(1) }]);
  const branch = { maxTokens: 2, logits: "generated", choiceTokens } as const;
  const { branches } = await engine.run({ prompt, branches: [branch, { ...branch, steering }] });

  for (const { choiceLogProbabilities, logits } of branches) {
    const expected = logSoftmax(logits.slice(0, model.info.nVocab));
    choiceTokens.forEach((token, i) => expect(choiceLogProbabilities[i]).toBeCloseTo(expected[token]!, 6));
  }
  expect(branches[0]!.choiceLogProbabilities).not.toEqual(branches[1]!.choiceLogProbabilities);
});

test("the first token is one of those allowed, and only the first", async () => {
  const allowedFirstTokens = Int32Array.from([70, 71]);
  const { tokens, logits } = await runOne(engine, prompt, { maxTokens: 8, allowedFirstTokens, logits: "generated" });
  expect(tokens[0]).toBe(logits[70]! >= logits[71]! ? 70 : 71);

  const free = await runOne(engine, Int32Array.from([...prompt, tokens[0]!]), { maxTokens: 7 });
  expect([...tokens.slice(1)]).toEqual([...free.tokens]);
});

test("maxTokens 0 scores without generating, 1 generates one token from one row", async () => {
  const choiceTokens = Int32Array.from([65]);
  const none = await runOne(engine, prompt, { maxTokens: 0, choiceTokens, logits: "generated" });
  const one = await runOne(engine, prompt, { maxTokens: 1, choiceTokens, logits: "generated" });

  expect(none).toMatchObject({ text: "", stopReason: "length" });
  expect(none.tokens).toHaveLength(0);
  expect(one.tokens).toHaveLength(1);
  expect(one.logits).toHaveLength(model.info.nVocab);
  expect(nmse(one.logits, none.logits)).toBeLessThanOrEqual(1e-12);
  expect(none.choiceLogProbabilities[0]).toBeCloseTo(one.choiceLogProbabilities[0]!, 6);
});

test("an end token ends the branch and is not part of it", async () => {
  for (const endToken of model.info.endTokens) {
    const result = await runOne(engine, prompt, { maxTokens: 5, allowedFirstTokens: Int32Array.of(endToken) });
    expect(result).toMatchObject({ text: "", stopReason: "end" });
    expect(result.tokens).toHaveLength(0);
  }
});

test("a prompt of one token works", async () => {
  const result = await runOne(engine, Int32Array.of(65), {
    maxTokens: 4,
    steering: createSteering([{ layer: 0, vector: randomVector(2) }]),
  });
  expect(result.receipt[0]!.rows).toBeGreaterThan(0);
});

describe("stop strings", () => {
  // A sampled text that has five printable characters in a row, from several tokens.
  async function printable() {
    for (let seed = 0; seed < 50; seed++) {
      const branch = { maxTokens: 40, sampling: hot(seed) };
      const { text, tokens } = await runOne(engine, prompt, branch);
      const at = text.search(/[!-~]{5}/);
      if (at > 3) return { branch, text, tokens, at };
    }
    throw new Error("no such text");
  }

  test("ends before one that spans tokens, with the tokens before it", async () => {
    const { branch, text, tokens, at } = await printable();
    for (const length of [1, 2, 5]) {
      const stop = text.slice(at, at + length);
      const result = await runOne(engine, prompt, { ...branch, stop: ["no such text", stop] });
      expect(result.stopReason).toBe("stop");
      expect(result.text).toBe(text.slice(0, text.indexOf(stop)));
      const kept = tokens.slice(0, result.tokens.length);
      expect(result.tokens).toEqual(kept);
      expect(result.text.startsWith(model.detokenize(kept))).toBe(true); // nothing of the stop string is in them
    }
  });

  test("never streams a part of one", async () => {
    const { branch, text, at } = await printable();
    const stop = text.slice(at, at + 5);
    const almost = [1, 2, 3].map((i) => `${text.slice(at - i, at + 1)}\0`); // begin earlier, never come whole
    const chunks: string[] = [];
    const tokens: number[] = [];
    const result = await engine.run(
      { prompt, branches: [{ ...branch, stop: [...almost, stop] }] },
      {
        onTokens: (chunk) => {
          chunks.push(chunk.text);
          tokens.push(...chunk.tokens);
        },
      },
    );
    expect(chunks.length).toBeGreaterThan(1);
    expect(chunks.join("")).toBe(text.slice(0, text.indexOf(stop)));
    expect(tokens).toEqual([...result.branches[0]!.tokens]);
  });
});

test("streamed chunks add up to the result, broken characters included", async () => {
  for (let seed = 0; seed < 8; seed++) {
    const streamed = ["", ""];
    const tokens: number[][] = [[], []];
    const branches = [0, 1].map((i) => ({ maxTokens: 15, sampling: hot(seed * 2 + i) }));
    const result = await engine.run(
      { prompt, branches },
      {
        onTokens: (chunk) => {
          streamed[chunk.branch]! += chunk.text;
          tokens[chunk.branch]!.push(...chunk.tokens);
        },
      },
    );
    expect(streamed).toEqual(result.branches.map((branch) => branch.text));
    expect(tokens).toEqual(result.branches.map((branch) => [...branch.tokens]));
  }
});

test.each([
  ["prompt", new Int32Array(), {}, "ERR_INVALID_ARGUMENT"],
  ["prompt", Int32Array.of(-1), {}, "ERR_OUT_OF_RANGE"],
  ["prompt", Int32Array.of(100000), {}, "ERR_OUT_OF_RANGE"],
  ["allowedFirstTokens", prompt, { allowedFirstTokens: Int32Array.of(100000) }, "ERR_OUT_OF_RANGE"],
  ["choiceTokens", prompt, { choiceTokens: Int32Array.of(-5) }, "ERR_OUT_OF_RANGE"],
  ["maxTokens", prompt, { maxTokens: -1 }, "ERR_OUT_OF_RANGE"],
  ["maxTokens", prompt, { maxTokens: 1.5 }, "ERR_OUT_OF_RANGE"],
  ["stop", prompt, { stop: [""] }, "ERR_INVALID_ARGUMENT"],
  ["temperature", prompt, { sampling: { temperature: NaN } }, "ERR_OUT_OF_RANGE"],
  ["topP", prompt, { sampling: { topP: 0 } }, "ERR_OUT_OF_RANGE"],
  ["repeatPenalty", prompt, { sampling: { repeatPenalty: 0 } }, "ERR_OUT_OF_RANGE"],
  ["frequencyPenalty", prompt, { sampling: { frequencyPenalty: Infinity } }, "ERR_OUT_OF_RANGE"],
  ["presencePenalty", prompt, { sampling: { presencePenalty: -101 } }, "ERR_OUT_OF_RANGE"],
  ["penaltyTokens", prompt, { sampling: { penaltyTokens: -1 } }, "ERR_OUT_OF_RANGE"],
  ["logitBias", prompt, { sampling: { logitBias: { 100000: 1 } } }, "ERR_OUT_OF_RANGE"],
  ["logitBias", prompt, { sampling: { logitBias: { 5: -Infinity } } }, "ERR_OUT_OF_RANGE"],
  ["logitBias", prompt, { sampling: { logitBias: { x: 1 } as never } }, "ERR_INVALID_ARGUMENT"],
  ["seed", prompt, { sampling: { seed: 2 ** 32 } }, "ERR_OUT_OF_RANGE"],
])("refuses a bad %s and goes on", async (name, tokens, branch, code) => {
  const message = expect.stringContaining(name) as string;
  await expect(runOne(engine, tokens, branch)).rejects.toMatchObject({ code, message });
  expect((await runOne(engine, prompt, { maxTokens: 1 })).tokens).toHaveLength(1);
});

test("a learned position is never asked for beyond the model's last", async () => {
  // gpt2 has 256 of them; the context may be longer.
  await withEngine({ model: "gpt2", contextTokens: 1024 }, async (gpt2) => {
    const long = await runOne(gpt2, randomTokens(1, 250), { maxTokens: 100, sampling: hot(1) });
    expect(long.tokens.length).toBeLessThanOrEqual(7);
    await expect(runOne(gpt2, randomTokens(1, 257), { maxTokens: 1 })).rejects.toMatchObject({
      code: "ERR_CONTEXT_FULL",
    });
    await Promise.all([1, 2, 3].map((seed) => runOne(gpt2, randomTokens(seed, 200), { maxTokens: 100 })));
  });
});
