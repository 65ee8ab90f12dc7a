import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { AnsweredBlock, QuestionBlock } from "../../../lib/ask/shared-answers";
import { AnswerStore, NOTHING, type Share } from "../../../lib/shard/answer-store";
import { FolderStorage } from "../../../lib/shard/storage/folder";
import { temporaryFolder } from "../../support/temporary-folder";

const folder = temporaryFolder();
const answered = (completion: string): AnsweredBlock => ({
  answers: [[{ completion, score: 1, generatedTokens: 2, stopReason: "end" }]],
  ...{ receipts: [[[]]], beside: [], decodedTokens: 3, seconds: 0.5 },
});
const openEngine = () => Promise.reject(new Error("no engine is needed here"));
const storeOf = (place: string, share: Share) =>
  new AnswerStore(8, openEngine, new FolderStorage(join(folder, place)), share);
const share = (...mine: number[]): Share => ({ isMine: (block) => mine.includes(block), start: 0 });
const keys = ["a", "b", "c"].map((letter) => letter.repeat(64));

/** Blocks that tell by whom they were answered. */
function blocks(who: string) {
  const asked: string[] = [];
  const list = keys.map((key): QuestionBlock => ({
    key,
    answer: () => {
      asked.push(key[0]!);
      return Promise.resolve(answered(`${who} ${key[0]!}`));
    },
  }));
  return { asked, list };
}

it("answers a worker's share of the blocks, and says how many of others are missing", async () => {
  const [first, second] = [blocks("first"), blocks("second")];
  const missing = { code: "ERR_RUN_INCOMPLETE", missing: 1, total: 3 };
  await expect(storeOf("parted", share(0, 2)).answersOf(first.list)).rejects.toMatchObject(missing);
  expect(first.asked).toEqual(["a", "c"]);
  const found = await storeOf("parted", share(1)).answersOf(second.list);
  expect(second.asked).toEqual(["b"]);
  expect(found.map(({ answers }) => answers[0]![0]!.completion)).toEqual(["first a", "second b", "first c"]);
});

it("begins where it is told to, and asks nothing that is answered", async () => {
  const all: Share = { isMine: () => true, start: 5 };
  const [first, second] = [blocks("first"), blocks("second")];
  await storeOf("begins", all).answersOf(first.list);
  expect(first.asked).toEqual(["c", "a", "b"]);
  const store = storeOf("begins", all);
  await store.answersOf(second.list);
  expect(second.asked).toEqual([]);
  expect([store.decodedTokens, store.seconds]).toEqual([9, 1.5]);
});

it("answers nothing for who merges", async () => {
  const { asked, list } = blocks("nobody");
  await expect(storeOf("none", NOTHING).answersOf(list)).rejects.toMatchObject({ missing: 3, total: 3 });
  expect(asked).toEqual([]);
});

it("names a file of answers that is damaged", async () => {
  const all: Share = { isMine: () => true, start: 0 };
  await storeOf("torn", all).answersOf(blocks("first").list);
  const [name] = readdirSync(join(folder, "torn", "answers"));
  writeFileSync(join(folder, "torn", "answers", name!), '{"answers":[');
  const damaged = { code: "ERR_FILE_FORMAT", message: expect.stringContaining(name!) as string };
  await expect(storeOf("torn", all).answersOf(blocks("second").list)).rejects.toMatchObject(damaged);
});
