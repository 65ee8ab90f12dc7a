import { chunkOf, spoolBytes } from "../../../lib/collect/options";
import { gsm8k } from "../../../lib/tasks/gsm8k";
import { mmlu } from "../../../lib/tasks/mmlu";

const writing = { ...gsm8k, maxTokens: 128 };

test("a chunk of written answers has as many as their residual rows have room for, from 64 to 256", () => {
  expect(chunkOf(writing, "generated", 8 * 576 * 4)).toBe(113);
  expect(chunkOf({ ...writing, maxTokens: 16 }, "generated", 8 * 576 * 4)).toBe(256);
  expect(chunkOf(writing, "generated", 26 * 2304 * 4)).toBe(64);
  expect([chunkOf(writing, "all", 1), chunkOf(mmlu, "generated", 1)]).toEqual([16, 128]);
});

test("residual rows that wait are those of a chunk, within half a GiB", () => {
  expect(spoolBytes(writing, {}, 8, 576)).toBe(113 * 128 * 8 * 576 * 4);
  expect(spoolBytes(writing, { chunkSamples: 10 }, 8, 576)).toBe(10 * 128 * 8 * 576 * 4);
  expect(spoolBytes(writing, {}, 32, 4096)).toBe(2 ** 29);
});
