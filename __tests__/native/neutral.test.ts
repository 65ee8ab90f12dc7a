import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Engine } from "../../lib/model/engine";
import { Model } from "../../lib/model/model";
import { createSteering } from "../../lib/steering/create-steering";
import { goOn } from "../../lib/neutral/go-on";
import { measureNeutral } from "../../lib/neutral/measure";
import { readNeutralTexts } from "../../lib/neutral/read-texts";
import { NEUTRAL_TEXTS } from "../../lib/neutral/texts";
import { temporaryFolder } from "../support/temporary-folder";
import { fixture, randomVector, runOne } from "./models";

const folder = temporaryFolder();
const texts = ["The ferry leaves the harbour at seven.", "Rain had been falling since breakfast.", "two words"];
const gentle = createSteering([{ layer: 1, vector: randomVector(1) }]);
const strong = createSteering([{ layer: 1, vector: randomVector(1, 4) }]);

let model: Model;
let engine: Engine;
beforeAll(async () => {
  model = await Model.load(fixture("llama").model);
  engine = await model.createEngine({ threads: 1, contextTokens: 4096, kvType: "f32" });
});
afterAll(() => model.dispose());

/** Softmax of each row, [rows][n_vocab]. */
function distributions(logits: Float32Array): number[][] {
  const { nVocab } = model.info;
  return Array.from({ length: logits.length / nVocab }, (_, row) => {
    const weights = Array.from(logits.subarray(row * nVocab, (row + 1) * nVocab), Math.exp);
    const sum = weights.reduce((a, b) => a + b);
    return weights.map((weight) => weight / sum);
  });
}

test("measures KL and perplexity as their definitions say", async () => {
  const arms = [{ name: "gentle", steering: gentle }, { name: "none" }];
  const [steered, baseline] = await measureNeutral(engine, arms, { texts });

  let [logLikelihood, steeredLogLikelihood, n] = [0, 0, 0];
  const divergences: number[] = [];
  for (const text of texts) {
    const tokens = model.tokenize(text);
    const nPrompt = Math.min(8, Math.floor(tokens.length / 2));
    const branch = { forcedTokens: tokens.slice(nPrompt), logits: "generated" } as const;
    const p = distributions((await runOne(engine, tokens.slice(0, nPrompt), branch)).logits);
    const q = distributions((await runOne(engine, tokens.slice(0, nPrompt), { ...branch, steering: gentle })).logits);
    branch.forcedTokens.forEach((token, row) => {
      divergences.push(
        p[row]!.reduce((sum, probability, i) => sum + probability * Math.log(probability / q[row]![i]!), 0),
      );
      logLikelihood += Math.log(p[row]![token]!);
      steeredLogLikelihood += Math.log(q[row]![token]!);
    });
    n += branch.forcedTokens.length;
  }
  expect(baseline).toEqual({ name: "none", meanKl: 0, p95Kl: 0, perplexity: expect.any(Number), nTokens: n });
  expect(baseline!.perplexity / Math.exp(-logLikelihood / n)).toBeCloseTo(1, 5);
  expect(steered).toMatchObject({ name: "gentle", nTokens: n });
  expect(steered!.meanKl / (divergences.reduce((a, b) => a + b) / n)).toBeCloseTo(1, 4);
  const most = divergences.sort((a, b) => b - a)[Math.floor(0.05 * (n - 1))]!;
  expect(steered!.p95Kl).toBeLessThanOrEqual(most * 1.001);
  expect(steered!.p95Kl).toBeGreaterThan(divergences[Math.ceil(0.05 * (n - 1))]! * 0.999);
  expect(steered!.perplexity / Math.exp(-steeredLogLikelihood / n)).toBeCloseTo(1, 5);
});

test("repeats itself, and moves further the stronger the steering", async () => {
  const arms = [{ name: "a" }, { name: "b", steering: gentle }, { name: "c", steering: strong }];
  const first = await measureNeutral(engine, arms, { texts });
  expect(first.map(({ name }) => name)).toEqual(["a", "b", "c"]);
  expect(first[1]!.meanKl).toBeGreaterThan(1e-4);
  expect(first[2]!.meanKl).toBeGreaterThan(first[1]!.meanKl);
  await using other = await model.createEngine({ threads: 1, contextTokens: 4096, kvType: "f32" });
  await using again = await model.createEngine({ threads: 1, contextTokens: 4096, kvType: "f32" });
  expect(await measureNeutral(other, arms, { texts })).toEqual(await measureNeutral(again, arms, { texts }));
});

test("has passages of its own, long enough and all different", async () => {
  expect(new Set(NEUTRAL_TEXTS).size).toBe(40);
  const [baseline] = await measureNeutral(engine, [{ name: "baseline" }]);
  expect(baseline!.nTokens).toBe(40 * 64); // this model's tokens are characters: each passage is cut
});

test("reads passages of a text file, and rows of JSON Lines", async () => {
  const [plain, lines, empty] = ["plain.txt", "lines.jsonl", "empty.txt"].map((name) => join(folder, name));
  writeFileSync(plain!, "One passage\non two lines.\r\n\r\n\n  Another.\n");
  writeFileSync(lines!, '{"text": "First."}\n{"text": "Second."}\n');
  writeFileSync(empty!, "\n\n");
  expect(await readNeutralTexts(plain!)).toEqual(["One passage\non two lines.", "Another."]);
  expect(await readNeutralTexts(lines!)).toEqual(["First.", "Second."]);
  await expect(readNeutralTexts(empty!)).rejects.toMatchObject({ code: "ERR_DATASET_FORMAT" });
  await expect(readNeutralTexts(join(folder, "none.txt"))).rejects.toMatchObject({ code: "ERR_DATASET_FORMAT" });
  await expect(readNeutralTexts(fixture("llama").model)).rejects.toMatchObject({ code: "ERR_DATASET_FORMAT" }); // not UTF-8
});

test("refuses no texts, one too short, and steering that breaks the model", async () => {
  const arms = [{ name: "a" }];
  await expect(measureNeutral(engine, arms, { texts: [] })).rejects.toMatchObject({ code: "ERR_INVALID_ARGUMENT" });
  await expect(measureNeutral(engine, arms, { texts: ["ok text", ""] })).rejects.toMatchObject({
    code: "ERR_INVALID_ARGUMENT",
    details: { name: "texts[1]" },
  });
  const steering = createSteering([1, 2].map((layer) => ({ layer, vector: new Float32Array(64).fill(3e38) })));
  await expect(measureNeutral(engine, [{ name: "broken", steering }], { texts })).rejects.toMatchObject({
    code: "ERR_NON_FINITE",
  });
  const signal = AbortSignal.abort(new Error("stopped"));
  await expect(measureNeutral(engine, arms, { texts, signal })).rejects.toThrow("stopped");
});

test("goes on with beginnings, and tells what goes round", async () => {
  const forced = createSteering([
    { layer: 3, vector: new Float32Array(model.info.nEmbd).map((_, i) => (i === 0 ? 1e4 : 0)) },
  ]);
  const [baseline, same, stuck] = await goOn(engine, [{ name: "none" }, { name: "again" }, { name: "forced", steering: forced }], { texts }); // prettier-ignore
  expect(same).toBe(baseline);
  expect(baseline).toBeLessThan(1);
  expect(stuck).toBe(1);
});
