import { memoryNeed, weightBytes } from "../../../lib/memory/need";

const model = {
  nLayer: 2,
  nEmbd: 8,
  nVocab: 100,
  nCtxTrain: 64,
  nCtxOrig: 64,
  kvWidth: 32,
  fileBytes: 1e9,
  repackedBytes: 5e8,
};
const use = { contextTokens: 4096, weightBytes: 4, saeMemoryBytes: 1000, spoolBytes: 7, isWhole: false };
const sae = (dSae: number) => ({ dModel: 8, dSae, fileBytes: 100 });

test("a model is its file and what is kept of it once more, a cache no longer than it was trained on", () => {
  const need = memoryNeed(model, [], use);
  expect(need).toMatchObject({ model: 1.5e9, cache: 64 * 32 * 2, saes: 0, spool: 7 });
  expect(need.total).toBeGreaterThan(need.model + need.cache + need.spool);
  expect(memoryNeed(model, [], { ...use, isWhole: true }).total).toBeGreaterThan(need.total);
});

test("encoders are kept while they fit, and the others pass one at a time, with half of a file", () => {
  expect(memoryNeed(model, [sae(10), sae(20)], use).saes).toBe(8 * 30 * 4 + 50);
  expect(memoryNeed(model, [sae(20), sae(20), sae(100), sae(10)], use).saes).toBe(8 * 30 * 4 + (8 * 100 * 4 + 50));
  expect(memoryNeed(model, [sae(32)], { ...use, weightBytes: weightBytes("q8_0") }).saes).toBe(8 * 34 + 50);
});

test("nothing is encoded while the model is asked: the larger of both counts", () => {
  const large = { dModel: 8, dSae: 1e6, fileBytes: 1e9 };
  const asking = memoryNeed(model, [], use).total;
  expect(memoryNeed(model, [sae(10)], use).total).toBe(asking + 320);
  expect(memoryNeed(model, [large], use).total).toBeGreaterThan(asking + 4e8);
});
