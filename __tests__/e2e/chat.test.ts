import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fixtures, model, saes } from "../support/command-line";
import { MAIN } from "../support/corrsteer";
import { temporaryFolder } from "../support/temporary-folder";
import { writeTinyProfile } from "../support/tiny-profile";

// What a script is told; how it is in a terminal is a test of its own.

const folder = temporaryFolder();
const record = join(folder, "chat.json");
beforeAll(async () => {
  await writeTinyProfile(folder, "sines");
});

const onTiny = ["--model", join(fixtures, "qwen3.gguf"), "--threads", "1", "--max-tokens", "6", "--profiles", folder];

/** The command, with lines on standard input. */
function chat(lines: readonly string[], ...flags: string[]) {
  const input = `${lines.join("\n")}\n`;
  const args = [MAIN, "chat", "--quiet", ...(flags.includes("--model") ? [] : onTiny), ...flags];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8", input });
  return { status, stdout, stderr };
}

interface Turn {
  role: string;
  content: string;
  receipt?: { layer: number; rows: number }[];
  usage?: { promptTokens: number; sharedTokens: number };
  steeredBy?: { scale: number };
}

/** The turns of a conversation that goes well. */
function turnsOf(lines: readonly string[], ...flags: string[]): Turn[] {
  expect(chat([...lines, `/save ${record}`], ...flags)).toMatchObject({ status: 0, stderr: "" });
  return (JSON.parse(readFileSync(record, "utf8")) as { turns: Turn[] }).turns;
}

test("answers a line each, and prints nothing else", () => {
  const { status, stdout, stderr } = chat(["abc", "", "abd"]);
  const [, first, , second] = turnsOf(["abc", "abd"]);

  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  expect(stdout).toBe(`${first!.content}\n${second!.content}\n`);
});

test("a later turn takes the conversation so far from the cache", () => {
  const [, first, , second] = turnsOf(["abc", "abd"]);
  const [, , , steered] = turnsOf(["abc", "/steer sines", "abd"]);

  expect(first!.usage!.sharedTokens).toBe(0);
  expect(second!.usage!.sharedTokens).toBeGreaterThanOrEqual(first!.usage!.promptTokens - 1);
  expect(steered!.usage!.sharedTokens).toBe(second!.usage!.sharedTokens);
});

test("steers between answers, by a profile's name and scale or its path, and stops to", () => {
  const path = join(folder, "sines.steer.json");
  const turns = turnsOf(["abc", "/steer sines", "abc", "/steer sines -0.5", "a", "/off", "b", `/steer ${path} 2`, "c"]);
  const answers = turns.filter(({ role }) => role === "assistant");

  expect(answers.map(({ receipt }) => receipt!.map(({ layer }) => layer))).toEqual([[], [1], [1], [], [1]]);
  expect(answers.map(({ steeredBy }) => steeredBy?.scale)).toEqual([undefined, 1, -0.5, undefined, 2]);
  expect(turnsOf(["abc"], "--steer", path, "--scale", "3")[1]!.steeredBy).toMatchObject({ scale: 3 });
  expect(chat(["/steer"]).stdout).toBe("sines\n");
});

test("compares plain and steered side by side, and goes on with the steered answer", () => {
  const { stdout } = chat(["/steer sines", "/compare abc"]);
  const both = turnsOf(["/steer sines", "/compare abc"]);
  const again = turnsOf(["abc", "/steer sines", "/compare"]);

  expect(stdout).toMatch(/^plain {30,}sines\n/);
  expect(both).toMatchObject([{ content: "abc" }, { receipt: [{ layer: 1 }] }]);
  expect(again).toMatchObject([{ content: "abc" }, { content: both[1]!.content }]);
});

test("takes a message of several lines", () => {
  const turns = turnsOf(["a\\", "b", '"""', "c", "", "/off", '"""']);
  const said = turns.filter(({ role }) => role === "user").map(({ content }) => content);

  expect(said).toEqual(["a\nb", "c\n\n/off"]);
});

test("the system message, the seed and a new beginning change what is answered", () => {
  const last = (...lines: string[]) => turnsOf(lines, "--temperature", "20").at(-1)!;
  const plain = last("abc");

  expect(last("/seed 7", "abc").content).not.toBe(plain.content);
  expect(last("/seed 7", "abc").content).toBe(last("/seed 7", "abc").content);
  expect(last("/system Be brief.", "abc").usage!.promptTokens).toBeGreaterThan(plain.usage!.promptTokens);
  expect(last("/system Be brief.", "/system none", "abc")).toEqual(plain);
  expect(last("abd", "/new", "abc").usage!.promptTokens).toBe(plain.usage!.promptTokens);
  expect(chat(["/system Be brief.", "/system", "/help"]).stdout).toMatch(/^Be brief\.\n\/steer \[profile\]/);
});

test("shows features of SAEs with each answer, until it is off", () => {
  const watch = "/features blocks.1.hook_resid_post/3";
  const { status, stdout, stderr } = chat([watch, "abc", "/features off", "abd"], "--sae", saes);

  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  expect(stdout.match(/^feature +mean +max/gm)).toHaveLength(1);
  expect(chat([watch])).toMatchObject({ status: 1, stderr: expect.stringContaining("--sae") });
});

test("tells of what goes wrong, goes on, and fails at the end", () => {
  const other = join(folder, "other.json");
  writeFileSync(other, "{}");
  const wrong = ["/steeer sines", "/steer nowhere", "/compare a", "/seed x", "/save", `/save ${other}`];
  const { status, stdout, stderr } = chat([...wrong, "x".repeat(9000), "abc", "/quit", "abc"]);

  expect(status).toBe(1);
  expect(stderr.match(/^ERR_\w+/gm)).toEqual([
    "ERR_INVALID_ARGUMENT",
    "ERR_FILE_FORMAT",
    "ERR_INVALID_ARGUMENT",
    "ERR_INVALID_ARGUMENT",
    "ERR_INVALID_ARGUMENT",
    "ERR_FILE_WRITE",
    "ERR_CONTEXT_FULL",
  ]);
  expect(stderr).toMatch(/the nearest is \/steer,[^]*raise --context\n/);
  expect(stdout.trimEnd().split("\n")).toHaveLength(turnsOf(["abc"])[1]!.content.split("\n").length);
});

test("needs a model with a chat template", () => {
  expect(chat(["abc"], "--model", model)).toMatchObject({
    status: 1,
    stdout: "",
    stderr: expect.stringMatching(/^corrsteer: ERR_CHAT_TEMPLATE .*generate --raw/),
  });
});

const smollm2 = join(__dirname, "../../../shared/models/smollm2-135m-instruct/SmolLM2-135M-Instruct.Q4_1.gguf");
const present = existsSync(smollm2);
(present ? test : test.skip)(
  `SmolLM2 knows what was said before${present ? "" : " (skipped: ../shared/models is absent)"}`,
  () => {
    const [, , , answer] = turnsOf(["What is the capital of France?", "And of Italy?"], "--model", smollm2);

    expect(answer!.content).toContain("Rome");
    expect(answer!.usage!.sharedTokens).toBeGreaterThan(30);
  },
);
