import { cellsFor, roomFor } from "../../../lib/ask/room";
import type { LoadedModel } from "../../../lib/model/loaded-model";
import { gsm8k } from "../../../lib/tasks/gsm8k";
import { mmlu } from "../../../lib/tasks/mmlu";

const cellBytes = (bytes: number) => ({ kvWidth: bytes / 2, nCtxOrig: 131_072, fileBytes: 0 });
const writing = { ...gsm8k, maxTokens: 128 };

test("a cache holds 64 written answers where a quarter of a GiB, or of the model's file, is enough for them", () => {
  expect(cellsFor(cellBytes(1024), writing)).toBe(64 * (256 + 128));
  expect(cellsFor(cellBytes(32_768), writing)).toBe(8192);
  expect(cellsFor(cellBytes(131_072), writing)).toBe(4096);
  expect(cellsFor({ ...cellBytes(131_072), fileBytes: 8 * 2 ** 30 }, writing)).toBe(16_384);
});

test("a cache is never so long that the model would rotate otherwise", () => {
  expect(cellsFor({ ...cellBytes(1024), nCtxOrig: 8192 }, writing)).toBe(8192);
  expect(cellsFor({ ...cellBytes(1024), nCtxOrig: 2048 }, writing)).toBe(4096); // as it is without a task
});

test("what is chosen from needs no more cells than any engine has, but a sequence for each fork", async () => {
  const model = { info: { path: "not read" } } as LoadedModel;
  expect(cellsFor(cellBytes(1024), mmlu)).toBe(4096);
  expect(await roomFor(model, mmlu, 10)).toEqual({ maxSequences: 64 });
  expect(await roomFor(model, mmlu, 100, { threads: 1 })).toEqual({ maxSequences: 101, threads: 1 });
  expect(await roomFor(model, mmlu, Infinity, { maxSequences: 8 })).toEqual({ maxSequences: 8 });
});
