import { Engine, type TokenChunk, type TokenScores } from "../../lib/model/engine";
import { Model } from "../../lib/model/model";
import { createSteering } from "../../lib/steering/create-steering";
import { fixture, logSoftmax, randomTokens, randomVector, runOne, withEngine } from "./models";

const prompt = randomTokens(11, 20);

let model: Model;
let engine: Engine;
beforeAll(async () => {
  model = await Model.load(fixture("llama").model);
  engine = await model.createEngine({ threads: 1, contextTokens: 1024, kvType: "f32" });
});
afterAll(() => model.dispose());

/** Scores of `tokens` and the k likeliest, by all logits [tokens.length, nVocab]. */
function expectScores(scores: TokenScores | undefined, tokens: Int32Array, logits: Float32Array, k: number): void {
  const { nVocab } = model.info;
  expect(scores?.logProbabilities).toHaveLength(tokens.length);
  expect(scores?.topTokens).toHaveLength(tokens.length * k);
  expect(scores?.topLogProbabilities).toHaveLength(tokens.length * k);
  tokens.forEach((token, i) => {
    const row = logits.slice(i * nVocab, (i + 1) * nVocab);
    const logs = logSoftmax(row);
    const likeliest = [...row.keys()].sort((a, b) => row[b]! - row[a]! || a - b).slice(0, k);
    expect(scores!.logProbabilities[i]).toBeCloseTo(logs[token]!, 6);
    expect([...scores!.topTokens.slice(i * k, (i + 1) * k)]).toEqual(likeliest);
    likeliest.forEach((top, j) => expect(scores!.topLogProbabilities[i * k + j]).toBeCloseTo(logs[top]!, 6));
  });
}

function joined(chunks: readonly TokenChunk[]): TokenScores {
  const scores = chunks.flatMap((chunk) => chunk.scores ?? []);
  return {
    logProbabilities: Float64Array.from(scores.flatMap((each) => [...each.logProbabilities])),
    topTokens: Int32Array.from(scores.flatMap((each) => [...each.topTokens])),
    topLogProbabilities: Float64Array.from(scores.flatMap((each) => [...each.topLogProbabilities])),
  };
}

test.each([0, 1, 5, 270])("scores are the log-softmax of the rows' logits, with the %d likeliest tokens", async (k) => {
  const steering = createSteering([{ layer: 1, vector: randomVector(1) }]);
  const branches = [
    { maxTokens: 9 },
    { maxTokens: 9, sampling: { temperature: 1.5, topK: 4, seed: 3 } },
    { maxTokens: 9, steering },
    { forcedTokens: randomTokens(2, 7) },
    { maxTokens: 3, allowedFirstTokens: Int32Array.of(70) },
  ].map((branch) => ({ ...branch, logits: "generated", logProbabilities: k }) as const);
  const result = await engine.run({ prompt, branches });
  for (const { scores, tokens, logits } of result.branches) expectScores(scores, tokens, logits, k);
  const forced = result.branches[3]!;
  expect(forced.scores!.logProbabilities).toEqual(forced.forcedLogProbabilities);
});

test("the end token has no score", async () => {
  const allowedFirstTokens = Int32Array.of(model.info.endTokens[0]!);
  const { scores } = await runOne(engine, prompt, { maxTokens: 5, allowedFirstTokens, logProbabilities: 2 });
  expect(scores).toEqual({
    logProbabilities: new Float64Array(),
    topTokens: new Int32Array(),
    topLogProbabilities: new Float64Array(),
  });
});

test("a stop string takes back the scores of its tokens, and chunks have those of theirs", async () => {
  let stopped = 0;
  for (let seed = 0; seed < 12; seed++) {
    const branch = { maxTokens: 30, sampling: { temperature: 1, seed }, logProbabilities: 3 };
    const free = await runOne(engine, prompt, branch);
    const stop = /(?<=.{3})[!-~]{3}/.exec(free.text)?.[0] ?? "no such text";
    const chunks: TokenChunk[] = [];
    const { branches } = await engine.run(
      { prompt, branches: [{ ...branch, stop: [stop] }] },
      { onTokens: (chunk) => chunks.push(chunk) },
    );
    const { tokens, scores, stopReason } = branches[0]!;
    stopped += Number(stopReason === "stop");
    expect(scores!.logProbabilities).toHaveLength(tokens.length);
    scores!.logProbabilities.forEach((log, i) => expect(log).toBeCloseTo(free.scores!.logProbabilities[i]!, 4));
    expect(joined(chunks)).toEqual(scores);
    for (const chunk of chunks.filter((each) => each.scores))
      expect(chunk.scores!.logProbabilities).toHaveLength(chunk.tokens.length);
  }
  expect(stopped).toBeGreaterThan(3);
});

test.each([512, 7])("the prompt's scores are those of its rows, in batches of %d", async (batchTokens) => {
  const small = await model.createEngine({ threads: 1, contextTokens: 512, kvType: "f32", batchTokens });
  const branch = { maxTokens: 4, logProbabilities: 1, promptLogProbabilities: 4 };
  const { promptScores, logits, scores, tokens } = await runOne(small, prompt, { ...branch, logits: "prompt" });
  expectScores(promptScores, prompt.slice(1), logits, 4);
  expect(scores!.logProbabilities).toHaveLength(tokens.length);
  expect((await runOne(small, prompt, branch)).logits).toHaveLength(0);
  await small.dispose();
});

test("a prompt's scores are complete where the prompt was in the cache, or is put back for lack of room", async () => {
  const long = randomTokens(5, 150);
  const branch = { maxTokens: 100, promptLogProbabilities: 0 };
  const alone = await runOne(engine, long, branch);
  expect(alone.promptScores!.logProbabilities).toHaveLength(149);
  await withEngine({ contextTokens: 512, kvType: "f32" }, async (small) => {
    await runOne(small, long, { maxTokens: 1 });
    const requests = Array.from({ length: 4 }, () => ({ prompt: long, branches: [branch] }));
    for (const { branches } of await Promise.all(small.runTogether(requests))) {
      const { logProbabilities } = branches[0]!.promptScores!;
      expect(logProbabilities).toHaveLength(149);
      logProbabilities.forEach((log, i) => expect(log).toBeCloseTo(alone.promptScores!.logProbabilities[i]!, 4));
    }
  });
});

test("a prompt of one token has no scores, and what was not asked for is not there", async () => {
  const one = await runOne(engine, Int32Array.of(65), { maxTokens: 1, promptLogProbabilities: 2 });
  expect(one.promptScores!.logProbabilities).toHaveLength(0);
  expect(one.scores).toBeUndefined();
  expect((await runOne(engine, prompt, { maxTokens: 1 })).promptScores).toBeUndefined();
});

test.each(["logProbabilities", "promptLogProbabilities"])("refuses %s that are no number of tokens", async (name) => {
  for (const k of [-1, 0.5, model.info.nVocab + 1]) {
    await expect(runOne(engine, prompt, { [name]: k })).rejects.toMatchObject({
      code: "ERR_OUT_OF_RANGE",
      message: expect.stringContaining(name) as string,
    });
  }
  await expect(runOne(engine, prompt, { [name]: "2" })).rejects.toMatchObject({ code: "ERR_INVALID_ARGUMENT" });
});

test("the prompt's scores go to a run of one branch only", async () => {
  const branches = [{ promptLogProbabilities: 0 }, { maxTokens: 1 }];
  await expect(engine.run({ prompt, branches })).rejects.toMatchObject({ code: "ERR_INVALID_ARGUMENT" });
});
