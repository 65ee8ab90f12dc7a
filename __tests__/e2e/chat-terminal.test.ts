import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fixtures } from "../support/command-line";
import { MAIN } from "../support/corrsteer";
import { temporaryFolder } from "../support/temporary-folder";
import { HAS_TMUX, Terminal } from "../support/terminal";
import { writeTinyProfile } from "../support/tiny-profile";

const folder = temporaryFolder();
const model = join(fixtures, "qwen3.gguf");
let terminal: Terminal;

beforeAll(async () => {
  await writeTinyProfile(folder, "sines");
});
afterEach(() => {
  terminal.close();
});

/** Opens a chat, and waits for its prompt. */
async function open(...flags: string[]): Promise<void> {
  const tiny = ["--model", model, "--threads", "1", "--profiles", folder];
  terminal = new Terminal(process.execPath, [MAIN, "chat", ...tiny, "--max-tokens", "6", ...flags]);
  await terminal.shows(/>$/);
}

/** Types a line, and waits until it is answered. */
async function say(line: string): Promise<string> {
  const answered = () => terminal.everything().split("tokens, ended by").length;
  const before = answered();
  terminal.type(line);
  terminal.press("Enter");
  for (;;) {
    const screen = await terminal.shows(/>$/);
    if (answered() > before) return screen;
  }
}

(HAS_TMUX ? describe : describe.skip)(`a chat in a terminal${HAS_TMUX ? "" : " (skipped: there is no tmux)"}`, () => {
  test("shows an answer and what came of it; Ctrl-D ends it", async () => {
    await open();
    expect(await say("abc")).toMatch(/^> abc\n.+\n6 tokens, ended by length; not steered\n>$/ms);

    terminal.press("C-d");
    await terminal.shows("[exit 0]");
  });

  test("Ctrl-C stops an answer that is being written and not the program, at an empty prompt that too", async () => {
    await open("--max-tokens", "20000", "--context", "30000");
    terminal.type("abc");
    terminal.press("Enter");
    await terminal.shows(/^> abc\n.*\S{20}/ms);
    terminal.press("C-c");
    await terminal.shows(/stopped\n>$/);

    terminal.press("C-c");
    await terminal.shows("[exit 0]");
  });

  test("a second Ctrl-C before the answer has stopped ends the program", async () => {
    await open("--max-tokens", "20000", "--context", "30000");
    terminal.type("abc");
    terminal.press("Enter");
    await terminal.shows(/^> abc\n.*\S{20}/ms);
    terminal.type("\x03\x03"); // both come before anything can stop

    await terminal.shows("[exit 130]");
  });

  test("Ctrl-C abandons what is typed; the up key brings back what was said", async () => {
    await open();
    await say("abc");
    await say("abd");
    terminal.type("nonsense");
    await terminal.shows(/^> nonsense$/m);
    terminal.press("C-c");
    await terminal.shows(/^> nonsense\n>$/m);
    terminal.press("Up");
    await terminal.shows(/^> abd$(?!.*\n)/m);
    terminal.press("Up");
    await terminal.shows(/\n> abc$/);
    terminal.press("Enter");

    await terminal.shows(/> abc\n(?:.*\n)+6 tokens[^\n]+\n>$/);
  });

  test("takes messages of several lines: continued, between quotes, and pasted", async () => {
    await open();
    terminal.type("one\\");
    terminal.press("Enter");
    await terminal.shows(/^\.\.\.$/m);
    await say("two");
    terminal.paste("three\nfour\nfive");
    await terminal.shows(/^five$/m);
    await say("");
    const path = join(folder, "lines.json");
    terminal.type(`/save ${path}`);
    terminal.press("Enter");
    await terminal.shows("written to");

    const { turns } = JSON.parse(readFileSync(path, "utf8")) as { turns: { role: string; content: string }[] };
    expect(turns.filter(({ role }) => role === "user").map(({ content }) => content)).toEqual([
      "one\ntwo",
      "three\nfour\nfive",
    ]);
  });

  test("shows what steers in its prompt, and completes a command's name", async () => {
    await open();
    terminal.type("/ste");
    terminal.press("Tab");
    await terminal.shows("> /steer");
    terminal.type("sines 0.5");
    terminal.press("Enter");
    await terminal.shows(/^sines:0\.5>$/m);

    expect(await say("abc")).toMatch(/layer 1: 6 rows, added norm/);
  });

  test("fits two answers to the terminal's width, also after that changed", async () => {
    await open("--steer", "sines");
    const at = async () => {
      const screen = await say("/compare abc");
      return [...screen.matchAll(/^plain +(?=sines$)/gm)].at(-1)![0].length;
    };
    expect(await at()).toBe(51);
    terminal.resize(60, 30);
    expect(await at()).toBe(31);
  });
});
