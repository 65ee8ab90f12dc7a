import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Preview } from "../../lib/ask/preview";
import { corrsteer, DEMO_MODEL, DEMO_TASK, expectFailure, ON_DEMO, succeed } from "../support/corrsteer";
import { temporaryFolder } from "../support/temporary-folder";

const onDemo = ["ask", ...DEMO_TASK, "--model", DEMO_MODEL, "--threads", "1"];

test("shows prompts token by token, answers, scores and how the scoring looks, without SAEs", async () => {
  const shown = await succeed(...onDemo, "--samples", "2");

  expect(shown).toMatch(/^1 of 2: train-\d+, a prompt of \d+ tokens\n {2}│\[<\|begin\|>\]│\d│\+│\d│=│/);
  expect(shown).toMatch(/\n {2}│\d│\+│\d│=│\nanswer, 1 token, ended by stop:\n {2}│(\d+|\?\?)│\nscore [01] for "/);
  expect(shown).toMatch(/\nThe first 2 answers, scored by short-answer: \d right, 2 readable, 0 empty, 0 cut off.\n/);
});

test("asks what a run asks first, and prints all of it as one JSON document", async () => {
  const options = ["--samples", "6", "--seed", "7", "--scorer", "token-f1", "--few-shot", "1", "--json"];
  const { answers, look } = JSON.parse(await succeed(...onDemo, ...options)) as Preview;

  expect(answers).toHaveLength(6);
  for (const { prompt, completion, text, expected, score, extras } of answers) {
    expect(prompt[0]).toMatchObject({ text: "<|begin|>", isSpecial: true });
    expect(prompt.map((token) => token.text).join("")).toMatch(/= ?\d+\D+\d[\d?+=\n]+=$/);
    expect(completion.map((token) => token.text).join("")).toBe(text);
    expect({ score, ...extras }).toMatchObject(text === expected ? { score: 1, precision: 1 } : { score: 0 });
  }
  expect(look).toMatchObject({ n: 6, scorer: "token-f1" });
});

describe("with whole choices", () => {
  const data = join(temporaryFolder(), "choices.jsonl");
  const rows = Array.from({ length: 20 }, (_, i) => {
    const [a, b] = [i % 9, (i * 7) % 9];
    return { id: i, prompt: `${a}+${b}=`, expected: `${a + b}`, choices: [`${a + b}`, `${a + b + 1}`, "??"] };
  });
  const choices = ["ask", "--model", DEMO_MODEL, "--threads", "1", "--task", "jsonl", "--data", data];
  const tried = [...choices, "--scorer", "continuation"];
  beforeAll(() => writeFileSync(data, rows.map((row) => JSON.stringify(row)).join("\n")));

  test("shows what each of them came to, and which is the answer", async () => {
    const shown = await succeed(...tried, "--samples", "1");
    expect(shown).toMatch(
      /\nanswer, \d+ tokens?, the best of 3 choices:\n {2}│.*│\n( {2}-\d+\.\d\d for ".*"\n){3}score [01] /,
    );
  });

  test("gives log-probabilities, margin and extras, as one document", async () => {
    const { answers } = JSON.parse(await succeed(...tried, "--samples", "6", "--json")) as Preview;
    expect(answers).toHaveLength(6);
    for (const { text, expected, choices, tried, score, margin, extras } of answers) {
      const gold = choices!.indexOf(expected);
      expect(text).toBe(choices![tried!.indexOf(Math.max(...tried!))]);
      expect(score).toBe(text === expected ? 1 : 0);
      expect(extras).toEqual({ goldLogProbability: tried![gold] });
      expect(margin).toBeCloseTo(tried![gold]! - Math.max(...tried!.filter((_, i) => i !== gold)), 10);
    }
  });

  test("says what does not go with them", async () => {
    for (const flags of [["--constrained"], ["--max-tokens", "3"], ["--prompt-style", "official"]]) {
      expectFailure(await corrsteer(...tried, ...flags), 2, "ERR_INVALID_ARGUMENT", flags[0]!, "continuation");
    }
  });
});

test("says what is wrong with how it was asked", async () => {
  const wrong = (...args: string[]) => corrsteer(...onDemo, ...args);

  expectFailure(await wrong("--scorer", "nope"), 2, "ERR_INVALID_ARGUMENT", "--scorer", "contains");
  expectFailure(await wrong("--samples", "0"), 2, "ERR_INVALID_ARGUMENT", "--samples");
  expectFailure(await wrong("--prompt-style", "chat"), 1, "ERR_CHAT_TEMPLATE");
  expectFailure(await wrong("--scorer", "refusal-phrases"), 1, "ERR_TASK", "refusal-phrases", "train-");
});

describe("a collection", () => {
  const folder = temporaryFolder();
  const data = join(folder, "wrong.jsonl");
  const collect = ["collect", ...ON_DEMO, "--samples", "30"];

  beforeAll(() => {
    const rows = Array.from({ length: 99 }, (_, i) => ({
      id: i,
      prompt: `${i % 10}+${i % 9}=`,
      expected: "\u202enope",
    }));
    writeFileSync(data, rows.map((row) => JSON.stringify(row)).join("\n"));
  });

  test("says nothing of a scoring that looks sound, also when it is strict", async () => {
    await succeed(...collect, ...DEMO_TASK, "--strict", "--out", join(folder, "sound"));
  });

  test("says of one that fails what the first answers are and what may help, and goes on", async () => {
    const { code, stderr } = await corrsteer(
      ...collect,
      "--task",
      "jsonl",
      "--data",
      data,
      "--out",
      join(folder, "on"),
    );

    const [counts, ...lines] = stderr.trimEnd().split("\n");
    expect(code).toBe(0);
    expect(counts).toMatch(
      /^The first 20 answers, scored by short-answer: 0 right, \d+ readable, \d+ empty, \d+ cut off\.$/,
    );
    expect(lines.slice(0, 3)).toEqual(
      Array(3).fill(expect.stringMatching(/^ {2}\d+: score 0 for ".*", expected "\\u202enope"$/)),
    );
    expect(lines[3]).toMatch(/^Warning: .*none of them is right\.$/);
    expect(lines[4]).toMatch(/^What may help: --few-shot/);
  });

  test("stops there when it is strict", async () => {
    const outcome = await corrsteer(
      ...collect,
      "--task",
      "jsonl",
      "--data",
      data,
      "--strict",
      "--out",
      join(folder, "off"),
    );

    expect(outcome).toMatchObject({ code: 1, stdout: "" });
    expect(outcome.stderr).toMatch(
      /\ncorrsteer: ERR_TASK task jsonl: of the first 20 answers, by short-answer, 0 right/,
    );
  });
});
