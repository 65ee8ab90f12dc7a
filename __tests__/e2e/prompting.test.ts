import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { corrsteer, expectFailure, ON_DEMO } from "../support/corrsteer";
import { temporaryFolder } from "../support/temporary-folder";

const folder = temporaryFolder();
const data = join(folder, "sums.jsonl");
const GROUPS = ["ones", "twos"];

/** 20 sums of each group, 10 of them to select on. */
const sums = Array.from({ length: 40 }, (_, i) => ({
  prompt: `${i}+${1 + (i % 2)}=`,
  expected: `${i + 1 + (i % 2)}`,
  group: GROUPS[i % 2],
  split: i < 20 ? "train" : "test",
}));
writeFileSync(data, sums.map((sum) => `${JSON.stringify(sum)}\n`).join(""));

const collect = (out: string, ...options: string[]) =>
  corrsteer("collect", ...ON_DEMO, "--task", "jsonl", "--data", data, "--out", out, ...options);

test("questions of one group are asked after worked examples of it, and the run says so", async () => {
  const out = join(folder, "few");
  expect(await collect(out, "--few-shot", "2", "--category", "ones")).toMatchObject({ code: 0 });

  const run = JSON.parse(readFileSync(join(out, "run.json"), "utf8")) as { task: unknown };
  expect(run.task).toMatchObject({
    asked: { promptStyle: "clean", chainOfThought: false, fewShot: 2, category: "ones" },
  });
  const prompts = readFileSync(join(out, "samples.jsonl"), "utf8")
    .trim()
    .split("\n")
    .map((line) => (JSON.parse(line) as { prompt: string }).prompt.split("\n\n"));
  const [first, second] = prompts[0]!;
  for (const prompt of prompts) expect(prompt).toEqual([first, second, expect.stringMatching(/^\d+\+1=$/)]);
  expect([first, second]).toEqual([expect.stringMatching(/^\d+\+1= \d+$/), expect.stringMatching(/^\d+\+1= \d+$/)]);
  expect(new Set(prompts.map((prompt) => prompt[2])).size).toBe(prompts.length);
  expect(prompts.filter(([, , asked]) => first!.startsWith(asked!) || second!.startsWith(asked!))).toEqual([]);
});

test.each([
  ["a chat with a model that has no template", ["--prompt-style", "chat"], "ERR_CHAT_TEMPLATE"],
  ["reasons from a task without room for them", ["--chain-of-thought"], "ERR_INVALID_ARGUMENT"],
  ["a group that is not there", ["--category", "threes"], "ERR_INVALID_ARGUMENT"],
  ["more examples than there are questions", ["--few-shot", "99"], "ERR_INVALID_ARGUMENT"],
])("%s cannot be had", async (_, options, code) => {
  expectFailure(await collect(join(folder, "none"), ...options), code === "ERR_CHAT_TEMPLATE" ? 1 : 2, code);
});
