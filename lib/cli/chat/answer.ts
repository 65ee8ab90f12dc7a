import { printableLines } from "../../printable";
import { drained } from "../../model/drained";
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
    const reply = await drained(stream, (chunk) => {
      shown.push(chunk);
    });
    chat.turns = [...turns, chat.turnOf(reply)];
    shown.end();
    chat.showFeatures(reply);
    chat.note(replySummary(reply));
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
