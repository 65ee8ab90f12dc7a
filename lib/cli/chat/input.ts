import { createInterface, type Interface } from "node:readline";
import { Writable } from "node:stream";
import type { ReadStream, WriteStream } from "node:tty";

/** Tells the terminal to say where pasted text begins and ends. */
const PASTES = { on: "\x1b[?2004h", off: "\x1b[?2004l" };
const BLOCK = '"""';
const MORE = "... ";
const LONGEST_HISTORY = 1000;

/**
 * What a person types, or a script has in store: a message or command at a time. A line that ends with a backslash goes on
 * in the next one, and so does what stands between two lines of `"""`, and pasted text.
 */
export class Input {
  readonly #lines: Interface;
  readonly #screen: Screen | undefined;
  readonly #waiting: string[] = [];
  #wake = () => {};
  #closed = false;
  #pasting = false;
  #pasted: string[] = [];
  /** Of an input that is not whole yet. */
  #pending: string[] = [];
  /** What Ctrl-C does while there is work; without work it abandons what was typed, and ends where that is nothing. */
  onInterrupt: (() => void) | undefined;

  /** @param complete what a typed word could become */
  constructor(input: NodeJS.ReadStream, output: WriteStream, complete: (line: string) => string[]) {
    const isTerminal = input.isTTY && output.isTTY;
    this.#screen = isTerminal ? new Screen(output) : undefined;
    this.#lines = createInterface({
      input,
      ...(this.#screen && { output: this.#screen, completer: (line: string) => [complete(line), line] }),
      terminal: isTerminal,
      historySize: LONGEST_HISTORY,
      removeHistoryDuplicates: true,
    });
    this.#lines.on("line", (line) => {
      this.#receive(line);
    });
    this.#lines.once("close", () => {
      this.#closed = true;
      this.#wake();
    });
    if (this.#screen) this.#begin(input, output);
  }

  #begin(input: ReadStream, output: WriteStream): void {
    output.write(PASTES.on);
    this.#lines.once("close", () => output.write(PASTES.off));
    this.#lines.on("SIGINT", () => {
      this.#interrupt();
    });
    input.on("keypress", (_, key: { name?: string } | undefined) => {
      if (key?.name === "paste-start") this.#pasting = true;
      if (key?.name === "paste-end") this.#pasting = false;
    });
  }

  /** The next message or command; undefined at the end. @param prompt for a person */
  async next(prompt: string): Promise<string | undefined> {
    for (;;) {
      const line = await this.#nextLine(this.#pending.length === 0 ? prompt : MORE);
      if (line === undefined) return this.#pending.length === 0 ? undefined : this.#whole();
      const inBlock = this.#pending[0] === BLOCK;
      if (line === BLOCK && (inBlock || this.#pending.length === 0)) {
        if (inBlock) return this.#whole();
        this.#pending.push(BLOCK);
      } else if (!inBlock && line.endsWith("\\")) this.#pending.push(line.slice(0, -1));
      else {
        this.#pending.push(line);
        if (!inBlock) return this.#whole();
      }
    }
  }

  close(): void {
    this.#lines.close();
  }

  #whole(): string {
    const lines = this.#pending[0] === BLOCK ? this.#pending.slice(1) : this.#pending;
    this.#pending = [];
    return lines.join("\n");
  }

  async #nextLine(prompt: string): Promise<string | undefined> {
    const known = this.#waiting.shift();
    if (known !== undefined) {
      this.#screen?.show(`${prompt}${known}\n`); // it was typed while nothing was shown
      return known;
    }
    if (this.#closed) return undefined;
    if (this.#screen) {
      this.#screen.isShown = true;
      this.#lines.setPrompt(prompt);
      this.#lines.prompt(true);
    }
    await new Promise<void>((resolve) => (this.#wake = resolve));
    if (this.#screen) this.#screen.isShown = false;
    return this.#waiting.shift();
  }

  #receive(line: string): void {
    if (this.#pasting) {
      this.#pasted.push(line);
      return;
    }
    this.#waiting.push([...this.#pasted, line].join("\n"));
    this.#pasted = [];
    this.#wake();
  }

  #interrupt(): void {
    if (this.onInterrupt) {
      this.onInterrupt();
      return;
    }
    const isEmpty = this.#lines.line === "" && this.#pending.length === 0 && this.#pasted.length === 0;
    this.#screen?.show("\n");
    if (isEmpty) {
      this.close();
      return;
    }
    this.#pending = [];
    this.#pasted = [];
    this.#lines.write(null, { ctrl: true, name: "e" });
    this.#lines.write(null, { ctrl: true, name: "u" });
    this.#waiting.push("");
    this.#wake();
  }
}

/** The terminal as the line editor sees it, which shows nothing of what is typed while there is work. */
class Screen extends Writable {
  readonly isTTY = true;
  isShown = false;

  constructor(private readonly terminal: WriteStream) {
    super({ decodeStrings: false });
    terminal.on("resize", () => this.emit("resize"));
  }

  get columns(): number {
    return this.terminal.columns;
  }

  get rows(): number {
    return this.terminal.rows;
  }

  /** Whatever is typed. */
  show(text: string): void {
    this.terminal.write(text);
  }

  override _write(chunk: string, _: BufferEncoding, done: () => void): void {
    if (this.isShown) this.terminal.write(chunk);
    done();
  }
}
