import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { corrsteer, corrsteerJson, fixtures, interrupt, model, saes } from "../support/command-line";
import { expectFailure, MAIN, quietly } from "../support/corrsteer";
import { residentCorrsteer } from "../support/resident";
import { temporaryFolder } from "../support/temporary-folder";
import { writeTinyProfile } from "../support/tiny-profile";

const common = ["generate", "--model", model, "--threads", "1"];
const endless = [...common, "--prompt", "zzz", "--max-tokens", "90000", "--context", "100000"];
/** A model with a chat template. */
const chatModel = join(fixtures, "qwen3.gguf");
const onChat = ["generate", "--model", chatModel, "--threads", "1", "--max-tokens", "4"];

const folder = temporaryFolder();
const resident = residentCorrsteer();
let steer: string;
beforeAll(async () => {
  steer = await writeTinyProfile(folder);
});

interface Document {
  id?: string;
  text: string;
  tokenIds: number[];
  promptTokenIds: number[];
  receipt: { layer: number; rows: number }[];
}

async function json(...args: string[]): Promise<Document> {
  return JSON.parse(await resident.succeed(...args, "--json")) as Document;
}

/** With standard input, as a process of its own. */
function piped(input: string, ...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...quietly(args)], { encoding: "utf8", input });
  return { code: status, signal: null, stdout, stderr };
}

function lines(stdout: string): Document[] {
  const all = stdout.trimEnd().split("\n");
  return all.map((line) => JSON.parse(line) as Document);
}

test("prints text, tokens, stop reason, usage and receipt as one JSON document", () => {
  const result = corrsteerJson(...common, "--prompt", "abc", "--max-tokens", "4");

  expect(result).toEqual({
    text: expect.any(String),
    tokenIds: Array(4).fill(expect.any(Number)),
    promptTokenIds: [266, 97, 98, 99],
    stopReason: "length",
    receipt: [],
    usage: { promptTokens: 4, completionTokens: 4, sharedTokens: 0 },
  });
});

test("writes nothing but the text without --json", () => {
  const { text } = corrsteerJson(...common, "--prompt", "abc", "--max-tokens", "4") as { text: string };

  expect(corrsteer(...common, "--prompt", "abc", "--max-tokens", "4")).toMatchObject({
    status: 0,
    stdout: `${text}\n`,
    stderr: "",
  });
});

test("samples the same text from the same seed", async () => {
  const sample = (seed: string) =>
    json(...common, "--prompt", "abc", "--max-tokens", "8", "--temperature", "2", "--seed", seed);

  expect(await sample("1")).toEqual(await sample("1"));
  expect(await sample("1")).not.toEqual(await sample("2"));
});

test("streams, and ends within a second of Ctrl-C with exit code 130", async () => {
  const { status, stderr, ms } = await interrupt(endless, (stdout) => stdout !== "");

  expect({ status, stderr }).toEqual({ status: 130, stderr: "corrsteer: interrupted\n" });
  expect(ms).toBeLessThan(1000);
});

test("asks in the model's template where it has one, with --raw as text, and with --system after that", async () => {
  const prompt = async (...flags: string[]) => {
    const { promptTokenIds } = await json(...onChat, "--prompt", "a", ...flags);
    return promptTokenIds.length;
  };
  const written = (text: string) => prompt("--raw", "--prompt", text);
  const [chat, raw, system] = [await prompt(), await prompt("--raw"), await prompt("--system", "Be brief.")];

  expect(raw).toBe(1);
  expect(chat).toBeGreaterThan(raw);
  expect(await prompt("--chat")).toBe(chat);
  expect(system).toBeGreaterThan(chat + (await written("Be brief.")));
});

test("says what a chat needs where the model has no template, and of options that don't go together", async () => {
  const fails = async (code: string, exitCode: 1 | 2, words: string, ...flags: string[]) => {
    expectFailure(await resident.corrsteer(...common, ...flags), exitCode, code, words);
  };
  await fails("ERR_CHAT_TEMPLATE", 1, "chat template", "--prompt", "a", "--chat");
  await fails("ERR_CHAT_TEMPLATE", 1, "chat template", "--prompt", "a", "--system", "b");
  await fails("ERR_INVALID_ARGUMENT", 2, "--raw", "--prompt", "a", "--raw", "--chat");
  await fails("ERR_INVALID_ARGUMENT", 2, "--steer", "--prompt", "a", "--compare");
  await fails("ERR_INVALID_ARGUMENT", 2, "--prompt", "--max-tokens", "3");
  await fails("ERR_INVALID_ARGUMENT", 2, "--prompts", "--prompt", "a", "--prompts", "b");
});

test("takes the prompt from standard input; a message has no line end at its end", async () => {
  const args = [...onChat, "--prompt-file", "-", "--json"];
  const { promptTokenIds } = await json(...onChat, "--prompt", "abc");

  expect(lines(JSON.stringify(JSON.parse(piped("abc\n", ...args).stdout)))[0]!.promptTokenIds).toEqual(promptTokenIds);
  expect(JSON.parse(piped("abc\n", ...args, "--raw").stdout)).toMatchObject({ usage: { promptTokens: 4 } });
});

test("compares plain and steered, each as it is alone", async () => {
  const steered = [...common, "--prompt", "abc", "--max-tokens", "6", "--steer", steer];
  const [plain, alone] = [await json(...steered.slice(0, -2)), await json(...steered)];
  const both = JSON.parse(await resident.succeed(...steered, "--compare", "--json")) as Record<string, Document>;

  expect(both["plain"]).toMatchObject({ tokenIds: plain.tokenIds, receipt: [] });
  expect(both["steered"]).toMatchObject({ tokenIds: alone.tokenIds, receipt: [{ layer: 1, rows: 6 }] });
  expect(both["steered"]!.tokenIds).not.toEqual(both["plain"]!.tokenIds);
  expect(await resident.succeed(...steered, "--compare")).toBe(`plain:\n${plain.text}\n\nsteered:\n${alone.text}\n`);
});

test("shows how active features are at each token", async () => {
  const names = "blocks.1.hook_resid_post/3,blocks.2.hook_resid_post/5";
  const shown = [...common, "--prompt", "abc", "--max-tokens", "6", "--sae", saes, "--show-features", names];
  const { features } = (await json(...shown)) as Document & { features: { name: string; values: number[] }[] };

  expect(features.map(({ name }) => name)).toEqual(names.split(","));
  expect(features.map(({ values }) => values.length)).toEqual([6, 6]);
  expect(await resident.succeed(...shown)).toMatch(/^feature +mean +max +most at\nblocks\.1\.hook_resid_post\/3 /m);
  const unnamed = await resident.corrsteer(...shown.slice(0, -1));
  expectFailure(unnamed, 2, "ERR_INVALID_ARGUMENT", "--show-features needs names");
  const ofNone = await resident.corrsteer(...shown.slice(0, -1), "--steer", steer);
  expectFailure(ofNone, 2, "ERR_INVALID_ARGUMENT", "profile: expected one that has features");
});

test("holds answers to a JSON schema, or to a grammar", async () => {
  const [schema, grammar] = [join(folder, "schema.json"), join(folder, "digits.gbnf")];
  writeFileSync(schema, '{"type": "object", "properties": {"sure": {"type": "boolean"}}, "required": ["sure"]}');
  writeFileSync(grammar, "root ::= [0-9] [0-9]");
  const held = (...flags: string[]) => json(...common, "--prompt", "abc", "--max-tokens", "60", ...flags);

  expect(JSON.parse((await held("--schema", schema)).text)).toEqual({ sure: expect.any(Boolean) });
  expect((await held("--grammar", grammar)).text).toMatch(/^\d\d$/);
  writeFileSync(schema, '{"not": {}}');
  const refused = await resident.corrsteer(...common, "--prompt", "abc", "--schema", schema);
  expectFailure(refused, 1, "ERR_SCHEMA", "not");
});

test("answers a prompt a line, texts and conversations, in order and as each alone", async () => {
  const prompts = Array.from({ length: 30 }, (_, i) => "ab".repeat(i + 1));
  const file = join(folder, "prompts.jsonl");
  const row = (text: string, i: number) =>
    i === 7 ? { id: "seventh", q: [{ role: "user", content: text }] } : { q: text };
  writeFileSync(file, prompts.map((text, i) => JSON.stringify(row(text, i))).join("\n"));
  const answers = lines(await resident.succeed(...onChat, "--prompts", file, "--field", "q"));

  expect(answers.map(({ id }) => id)).toEqual(prompts.map((_, i) => (i === 7 ? "seventh" : String(i))));
  for (const i of [0, 7, 29]) {
    expect(answers[i]).toMatchObject({ tokenIds: (await json(...onChat, "--prompt", prompts[i]!)).tokenIds });
  }
});

test("answers prompts from standard input; one that fails is told of in its line and at the end", () => {
  const rows = [{ prompt: "abc" }, { id: "long", prompt: "x".repeat(9000) }, { prompt: "abd" }];
  const { code, stdout, stderr } = piped(
    rows.map((row) => JSON.stringify(row)).join("\n"),
    ...onChat,
    "--prompts",
    "-",
  );

  expect(lines(stdout)).toMatchObject([
    { id: "0", text: expect.any(String) },
    { id: "long", error: { code: "ERR_CONTEXT_FULL" } },
    { id: "2", text: expect.any(String) },
  ]);
  expect(code).toBe(1);
  expect(stderr).toMatch(/^corrsteer: ERR_CONTEXT_FULL 1 of 3 prompts had no answer; the first of them, long: /);
});

test("says which line has no prompt", async () => {
  const file = join(folder, "wrong.jsonl");
  writeFileSync(file, '{"prompt": "a"}\n{"prompt": [{"role": "judge", "content": "?"}]}\n');

  expectFailure(await resident.corrsteer(...common, "--prompts", file), 1, "ERR_DATASET_FORMAT", `${file}:2`, "role");
});
