import { printableLines } from "../../printable";
import type { ReplyChunk } from "../../model/generate/reply";
import { printText } from "../output";
import { replySummary } from "../reply-lines";
import type { Chat, Turn } from "./chat";

const DIM = { on: "\x1b[2m", off: "\x1b[22m" };

/** Answers a message as it comes. What was written before an abort stays in the conversation. */
export async function answer(chat: Chat, message: string, signal: AbortSignal): Promise<void> {
  const turns: Turn[] = [...chat.turns, { role: "user", content: message }];
  const stream = chat.generator.streamChat(chat.messages(turns), { ...chat.options, ...chat.way, signal });
  const shown = new ShownAnswer(chat.isQuiet);
  try {
    let next = await stream.next();
    for (; !next.done; next = await stream.next()) shown.push(next.value);
    chat.turns = [...turns, chat.turnOf(next.value)];
    shown.end();
    chat.showFeatures(next.value);
    chat.note(replySummary(next.value));
  } catch (error) {
    shown.end();
    if (!signal.aborted) throw error;
    chat.turns = [...turns, { role: "assistant", content: shown.text }];
    chat.note("stopped");
  }
}

/** An answer on stdout, and where a person reads it what the model reasons before it. */
class ShownAnswer {
  text = "";
  #reasons = false;

  constructor(private readonly isQuiet: boolean) {}

  push({ reasoning = "", text }: ReplyChunk): void {
    if (reasoning !== "" && !this.isQuiet && process.stderr.isTTY) {
      process.stderr.write(DIM.on + printableLines(reasoning) + DIM.off);
      this.#reasons = true;
    }
    if (text !== "" && this.#reasons && this.text === "") process.stderr.write("\n\n");
    this.text += text;
    printText(text);
  }

  end(): void {
    if (this.text !== "") printText("\n");
    else if (this.#reasons) process.stderr.write("\n");
  }
}
