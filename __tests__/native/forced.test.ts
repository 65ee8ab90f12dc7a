import { Engine } from "../../lib/model/engine";
import { Model } from "../../lib/model/model";
import { createSteering } from "../../lib/steering/create-steering";
import { fixture, logSoftmax, nmse, randomTokens, randomVector, runOne, withEngine } from "./models";

const prompt = randomTokens(11, 20);
const steering = createSteering([{ layer: 1, vector: randomVector(1) }]);

let model: Model;
let engine: Engine;
beforeAll(async () => {
  model = await Model.load(fixture("llama").model);
  engine = await model.createEngine({ threads: 2, contextTokens: 1024, kvType: "f32" });
});
afterAll(() => model.dispose());

test.each([undefined, steering])(
  "forced to a greedy continuation, a branch has the rows of the free one",
  async (vectors) => {
    const branch = { logits: "generated", ...(vectors && { steering: vectors }) } as const;
    const free = await runOne(engine, prompt, { ...branch, maxTokens: 16 });
    const forced = await runOne(engine, prompt, { ...branch, forcedTokens: free.tokens });

    expect(forced.tokens).toEqual(free.tokens);
    expect(forced.text).toBe(free.text);
    expect(nmse(forced.logits, free.logits)).toBeLessThan(1e-12);
    expect(forced.receipt).toEqual(
      free.receipt.map((layer) => ({
        ...layer,
        addedShare: expect.closeTo(layer.addedShare, 6) as number,
        meanResidualNorm: expect.closeTo(layer.meanResidualNorm, 5) as number,
      })),
    );
    const nVocab = model.info.nVocab;
    free.tokens.forEach((token, i) => {
      const expected = logSoftmax(forced.logits.slice(i * nVocab, (i + 1) * nVocab))[token]!;
      expect(forced.forcedLogProbabilities[i]).toBeCloseTo(expected, 6);
    });
    expect(free.forcedLogProbabilities).toHaveLength(0);
  },
);

test("forced tokens are read as if the prompt had them", async () => {
  const forcedTokens = randomTokens(12, 9);
  const forced = await runOne(engine, prompt, { forcedTokens, logits: "generated" });
  expect(forced.tokens).toEqual(forcedTokens);
  const whole = await runOne(engine, Int32Array.from([...prompt, ...forcedTokens]), { maxTokens: 0, logits: "prompt" });
  const nVocab = model.info.nVocab;
  expect(nmse(forced.logits, whole.logits.slice((prompt.length - 1) * nVocab, -nVocab))).toBeLessThan(1e-10);
});

test("nothing ends or changes a forced branch but its last token", async () => {
  const [end] = model.info.endTokens;
  const forcedTokens = Int32Array.from([65, end!, 66, 65, 67]);
  const stop = [model.detokenize(Int32Array.of(66))];
  const sampling = { temperature: 2, seed: 1 };
  const allowedFirstTokens = Int32Array.of(90);
  const branch = { forcedTokens, stop, maxTokens: 2, sampling, allowedFirstTokens };
  const forced = await runOne(engine, prompt, branch);
  expect(forced).toMatchObject({ tokens: forcedTokens, stopReason: "length" });
  const { forcedLogProbabilities } = await runOne(engine, prompt, { forcedTokens });
  forced.forcedLogProbabilities.forEach((log, i) => expect(log).toBeCloseTo(forcedLogProbabilities[i]!, 4));
});

test("forced, free and steered branches share a prefill", async () => {
  const forcedTokens = randomTokens(13, 6);
  const alone = await runOne(engine, prompt, { forcedTokens });
  const free = await runOne(engine, prompt, { maxTokens: 9 });
  const { branches } = await engine.run({
    prompt,
    branches: [{ forcedTokens }, { maxTokens: 9 }, { forcedTokens: forcedTokens.slice(0, 3), steering }],
  });
  expect(branches[1]!.tokens).toEqual(free.tokens);
  alone.forcedLogProbabilities.forEach((log, i) => expect(branches[0]!.forcedLogProbabilities[i]).toBeCloseTo(log, 4));
  expect(branches[2]!.forcedLogProbabilities).not.toEqual(branches[0]!.forcedLogProbabilities.slice(0, 3));
  expect(branches[2]!.receipt[0]!.rows).toBe(3);
});

test("forced tokens must be tokens, at least one, and fit into the context", async () => {
  const run = (forcedTokens: Int32Array) => runOne(engine, prompt, { forcedTokens });
  await expect(run(new Int32Array())).rejects.toMatchObject({ code: "ERR_INVALID_ARGUMENT" });
  await expect(run(Int32Array.of(1, model.info.nVocab))).rejects.toMatchObject({ code: "ERR_OUT_OF_RANGE" });
  await expect(run(Int32Array.of(-1))).rejects.toMatchObject({ code: "ERR_OUT_OF_RANGE" });
  await withEngine({ contextTokens: 256 }, async (small) => {
    const room = small.contextTokens - prompt.length + 1;
    const { tokens } = await runOne(small, prompt, { forcedTokens: randomTokens(14, room) });
    expect(tokens).toHaveLength(room);
    await expect(runOne(small, prompt, { forcedTokens: randomTokens(14, room + 1) })).rejects.toMatchObject({
      code: "ERR_CONTEXT_FULL",
      details: { nTokens: small.contextTokens + 1 },
    });
  });
});
