import { z } from "zod";
import type { ChatMessage } from "../../prompt/chat-template";

const conversation = z.array(z.object({ role: z.enum(["system", "user", "assistant"]), content: z.string() })).min(1);

/** A prompt of promptfoo: a conversation as JSON, or text that a user says after what the system is told. */
export function chatMessages(prompt: string, system: string | undefined): ChatMessage[] {
  const messages = asConversation(prompt) ?? [{ role: "user" as const, content: prompt }];
  return system === undefined ? messages : [{ role: "system", content: system }, ...messages];
}

function asConversation(prompt: string): ChatMessage[] | undefined {
  if (!prompt.trimStart().startsWith("[")) return undefined;
  try {
    return conversation.safeParse(JSON.parse(prompt)).data;
  } catch {
    return undefined; // text that begins with a bracket
  }
}
