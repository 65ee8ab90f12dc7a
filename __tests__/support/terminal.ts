import { execFileSync, spawnSync } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";

/** What a terminal is opened with: tmux, which CI installs. */
export const HAS_TMUX = spawnSync("tmux", ["-V"]).status === 0;

const PATIENCE_MS = 30_000;
const POLL_MS = 20;

let opened = 0;

/** A program in a real terminal: keys go in, and what is seen comes out. */
export class Terminal {
  readonly #socket = `corrsteer-${process.pid}-${++opened}`;

  constructor(program: string, args: readonly string[], columns = 100, rows = 30) {
    const quoted = [program, ...args].map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(" ");
    const command = `${quoted}; echo "[exit $?]"; trap "" INT; exec cat`;
    this.#tmux("-f", "/dev/null", "new-session", "-d", "-x", String(columns), "-y", String(rows), command);
  }

  /** As a person would type it. */
  type(text: string): void {
    this.#tmux("send-keys", "-l", text);
  }

  /** Keys by tmux's names, such as "Enter", "Up", "C-c". */
  press(...keys: string[]): void {
    this.#tmux("send-keys", ...keys);
  }

  /** As a terminal pastes, with marks of where it begins and ends if the program asked for them. */
  paste(text: string): void {
    this.#tmux("set-buffer", text);
    this.#tmux("paste-buffer", "-p");
  }

  resize(columns: number, rows: number): void {
    this.#tmux("resize-window", "-x", String(columns), "-y", String(rows));
  }

  /** What is seen now, without blank lines at the end. */
  screen(): string {
    return this.#tmux("capture-pane", "-p").trimEnd();
  }

  /** All that was seen, lines that were wrapped as one. */
  everything(): string {
    return this.#tmux("capture-pane", "-p", "-J", "-S", "-").trimEnd();
  }

  /** Waits until something is seen; gives the screen. */
  async shows(what: string | RegExp): Promise<string> {
    const deadline = Date.now() + PATIENCE_MS;
    for (;;) {
      const screen = this.screen();
      if (typeof what === "string" ? screen.includes(what) : what.test(screen)) return screen;
      if (Date.now() > deadline) throw new Error(`${what} was not shown:\n${screen}`);
      await sleep(POLL_MS);
    }
  }

  close(): void {
    spawnSync("tmux", ["-L", this.#socket, "kill-server"]);
  }

  #tmux(...args: string[]): string {
    return execFileSync("tmux", ["-u", "-L", this.#socket, ...args], { encoding: "utf8" });
  }
}
