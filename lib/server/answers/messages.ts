import type { ChatMessage } from "../../prompt/chat-template";
import type { ChatRequest } from "../schemas/chat-request";

/** A request's messages as the template takes them. */
export function messagesOf({ messages }: Pick<ChatRequest, "messages">): ChatMessage[] {
  return messages.map(({ role, content }) => ({
    role: role === "developer" ? "system" : role,
    content: typeof content === "string" ? content : (content ?? []).map(({ text }) => text).join(""),
  }));
}
