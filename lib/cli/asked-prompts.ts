import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { readJsonl } from "../data/jsonl";
import type { Row } from "../data/row";
import { decodeText } from "../data/text";
import { invalidArgument, systemReason } from "../errors";
import type { Prompt } from "../model/generate/options";
import { type ChatMessage, ROLES } from "../prompt/chat-template";

/** What stands for standard input. */
const STDIN = "-";

export interface AskedPrompt {
  /** Of its row: the `id`, or its index. */
  readonly id: string;
  readonly prompt: Prompt;
}

/** How texts become prompts. */
export interface AskedAs {
  /** Whether a text is a user's message, not text to go on from. */
  readonly isChat: boolean;
  /** The system message of all conversations that have none. */
  readonly system?: string | undefined;
}

/** A text as a prompt: as a message it has no line ends at its end. */
export function promptOf(text: string, { isChat, system }: AskedAs): Prompt {
  return isChat ? withSystem([{ role: "user", content: text.replace(/[\r\n]+$/, "") }], system) : text;
}

/** The text of an option's file, or of standard input. @throws ERR_INVALID_ARGUMENT */
export async function readTextFile(option: string, file: string): Promise<string> {
  if (file === STDIN) return text(process.stdin);
  return readFile(file, "utf8").catch((error: unknown) => {
    throw invalidArgument(option, `a readable file (${systemReason(error)})`, file);
  });
}

/** A prompt a line of a JSON Lines file or of standard input: text, or a list of messages. @throws ERR_DATASET_FORMAT */
export async function readPrompts(file: string, field: string, as: AskedAs): Promise<AskedPrompt[]> {
  const rows =
    file === STDIN ? readJsonl("standard input", decodeText("standard input", process.stdin)) : readJsonl(file);
  const prompts: AskedPrompt[] = [];
  for await (const row of rows) {
    const id = row.optionalTextOrNumber("id") ?? String(prompts.length);
    const prompt = row.isList(field) ? withSystem(messagesOf(row, field), as.system) : promptOf(row.text(field), as);
    prompts.push({ id, prompt });
  }
  return prompts;
}

function messagesOf(row: Row, field: string): ChatMessage[] {
  return row
    .records(field)
    .map((message) => ({ role: message.oneOf("role", ROLES), content: message.text("content") }));
}

function withSystem(messages: readonly ChatMessage[], system: string | undefined): readonly ChatMessage[] {
  if (system === undefined || messages[0]?.role === "system") return messages;
  return [{ role: "system", content: system }, ...messages];
}
