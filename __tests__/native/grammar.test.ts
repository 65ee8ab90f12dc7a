import { withoutEnd } from "../../bench/generate";
import { Engine } from "../../lib/model/engine";
import { Model } from "../../lib/model/model";
import { fixture, randomTokens, runOne, withEngine } from "./models";

const prompt = randomTokens(11, 20);
const hot = (seed: number) => ({ temperature: 1, seed });

let model: Model;
let engine: Engine;
beforeAll(async () => {
  model = await Model.load(fixture("llama").model);
  engine = await model.createEngine({ threads: 1, contextTokens: 1024, kvType: "f32" });
});
afterAll(() => model.dispose());

test("an answer is a text of its grammar, greedily and not, and ends where nothing may follow", async () => {
  const grammar = 'root ::= ("yes" | "no") ", " [a-f]{2,5} "."';
  for (const sampling of [{}, ...[1, 2, 3, 4, 5].map(hot), { ...hot(6), topK: 3, repeatPenalty: 1.5 }]) {
    const result = await runOne(engine, prompt, { grammar, sampling });
    expect(result.text).toMatch(/^(yes|no), [a-f]{2,5}\.$/);
    expect(result.stopReason).toBe("end");
  }
});

test("an end token is allowed only where the text is whole", async () => {
  const [end] = model.info.endTokens;
  const sampling = { logitBias: { [end!]: 1e6 } };
  const { text, stopReason } = await runOne(engine, prompt, { grammar: 'root ::= ([a-c] [0-9])+ "x"?', sampling });
  expect(text).toMatch(/^[a-c][0-9]$/);
  expect(stopReason).toBe("end");
});

test("control tokens are no text of a grammar", async () => {
  const control = [...Array(model.info.nVocab).keys()].filter((token) => model.detokenize(Int32Array.of(token)) === "");
  expect(control.length).toBeGreaterThan(0);
  const logitBias = Object.fromEntries(control.map((token) => [token, 1e6]));
  const { tokens } = await runOne(engine, prompt, { grammar: "root ::= .{20}", sampling: { logitBias } });
  expect([...tokens].filter((token) => control.includes(token))).toEqual([]);
});

test("the tokens of a seed under a grammar are the same whatever else is in the batch, and scores are the model's", async () => {
  const branch = { grammar: "root ::= [a-z ]{30}", sampling: hot(5), logProbabilities: 1 };
  const alone = await runOne(engine, prompt, branch);
  const others = [1, 2, 3].map((seed) => runOne(engine, randomTokens(seed, 9), { maxTokens: 20, sampling: hot(seed) }));
  const { branches } = await engine.run({ prompt, branches: [{ maxTokens: 20 }, branch] });
  await Promise.all(others);
  expect(branches[1]!.text).toBe(alone.text);
  const free = await runOne(engine, prompt, { maxTokens: 1, logProbabilities: 1 });
  expect(alone.scores!.topTokens[0]).toBe(free.tokens[0]);
});

test("allowed first tokens are those that the grammar allows too", async () => {
  const of = (text: string) => model.tokenize(text, { addSpecial: false })[0]!;
  const allowedFirstTokens = Int32Array.of(of("x"), of("b"));
  const branch = { grammar: "root ::= [a-c]+", maxTokens: 3, allowedFirstTokens };
  expect((await runOne(engine, prompt, branch)).text[0]).toBe("b");
  const none = { ...branch, allowedFirstTokens: Int32Array.of(of("x")) };
  await expect(runOne(engine, prompt, none)).rejects.toMatchObject({ code: "ERR_GRAMMAR" });
});

test("forced tokens are held to no grammar", async () => {
  const { tokens } = await runOne(engine, prompt, { forcedTokens: randomTokens(1, 5), grammar: 'root ::= "a"' });
  expect(tokens).toEqual(randomTokens(1, 5));
});

const refused = [
  "root ::= other",
  'root ::= "a',
  "root ::= root",
  'other ::= "a"',
  "root ::= <think>",
  'root ::= "a" root',
];
test.each(refused)("refuses the grammar %j before anything runs, and goes on", async (grammar) => {
  const request = (each: string) => ({ prompt, branches: [{ maxTokens: 2, grammar: each }] });
  const together = Promise.resolve().then(() =>
    Promise.all(engine.runTogether([request('root ::= "ab"'), request(grammar)])),
  );
  await expect(together).rejects.toMatchObject({ code: "ERR_GRAMMAR", details: { run: 1 } });
  expect((await runOne(engine, prompt, { maxTokens: 1 })).tokens).toHaveLength(1);
});

test("a grammar that takes too much ends its run alone", async () => {
  await withEngine({ contextTokens: 8192 }, async (large) => {
    const grammar = 'root ::= x{1,9999}\nx ::= "a"{1,9999} "a"{1,9999}';
    const logitBias = withoutEnd(model.info);
    const wild = runOne(large, prompt, { grammar, maxTokens: 7000, sampling: { logitBias } });
    const tame = runOne(large, prompt, { maxTokens: 20 });
    await expect(wild).rejects.toMatchObject({ code: "ERR_GRAMMAR" });
    expect((await tame).tokens.length).toBeGreaterThan(0);
  });
}, 60_000);
