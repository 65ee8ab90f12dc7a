import fc from "fast-check";
import { partQuestions } from "../../../lib/shard/part";

const usual = 128;

it("makes chunks as long as shards allow, up to the usual length, and shards of one size", () => {
  const { chunkSamples, shards } = partQuestions(100_000, 400, { chunkSamples: undefined, usual });
  expect(chunkSamples).toBe(125);
  expect(shards).toHaveLength(400);
  expect(new Set(shards.map(({ nChunks }) => nChunks))).toEqual(new Set([2]));
});

it("leaves chunks as long as they were asked for", () => {
  const { chunkSamples, shards } = partQuestions(300, 8, { chunkSamples: 10, usual });
  expect(chunkSamples).toBe(10);
  expect(shards.map(({ nChunks }) => nChunks)).toEqual([4, 4, 4, 4, 4, 4, 4, 2]);
});

it("has every chunk in one shard, whatever the numbers", () => {
  const some = fc.integer({ min: 1, max: 5000 });
  fc.assert(
    fc.property(some, some, fc.option(fc.integer({ min: 1, max: 300 }), { nil: undefined }), (n, most, asked) => {
      const { chunkSamples, shards } = partQuestions(n, most, { chunkSamples: asked, usual });
      const chunks = shards.flatMap(({ firstChunk, nChunks }) =>
        Array.from({ length: nChunks }, (_, i) => firstChunk + i),
      );
      expect(chunks).toEqual(Array.from({ length: Math.ceil(n / chunkSamples) }, (_, i) => i));
      expect(shards.length).toBeLessThanOrEqual(most);
      expect(chunkSamples).toBeLessThanOrEqual(asked ?? usual);
    }),
  );
});
