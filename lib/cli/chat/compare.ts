import { drained } from "../../model/drained";
import type { ForkChunk, Reply } from "../../model/generate/reply";
import { printableLines } from "../../printable";
import { printLines } from "../output";
import { replySummary } from "../reply-lines";
import type { Chat, Turn } from "./chat";
import { Columns } from "./columns";

const UNKNOWN_WIDTH = 80;

/**
 * Answers plain and steered side by side, from one prefill. @returns the steered answer; of one that was aborted what was
 * written
 */
export async function compare(chat: Chat, turns: readonly Turn[], signal: AbortSignal): Promise<Turn> {
  const stream = chat.generator.streamFork(chat.messages(turns), [{}, chat.way], { ...chat.options, signal });
  const columns = new Columns(2, process.stdout.columns || UNKNOWN_WIDTH);
  printLines([...columns.push(0, "plain\n"), ...columns.push(1, `${chat.prompt.slice(0, -2)}\n`)]);
  let steered = "";
  const show = ({ branch, text }: ForkChunk) => {
    if (branch === 1) steered += text;
    printLines(columns.push(branch, printableLines(text)));
  };
  let replies: Reply[];
  try {
    replies = await drained(stream, show);
  } catch (error) {
    printLines(columns.end());
    if (!signal.aborted) throw error;
    chat.note("stopped");
    return { role: "assistant", content: steered };
  }
  printLines(columns.end());
  for (const [i, reply] of replies.entries()) {
    chat.showFeatures(reply);
    chat.note(`${i === 0 ? "plain" : "steered"}: ${replySummary(reply)}`);
  }
  return chat.turnOf(replies[1]!);
}
