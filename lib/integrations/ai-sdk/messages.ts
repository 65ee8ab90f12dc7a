import type { LanguageModelV3Message, LanguageModelV3Prompt } from "@ai-sdk/provider";
import { invalidArgument } from "../../errors";
import type { ChatMessage } from "../../prompt/chat-template";

/**
 * A prompt of the AI SDK as a conversation. What was reasoned before is left out, as chat templates do.
 *
 * @throws ERR_INVALID_ARGUMENT for files, and for calls of tools and their results
 */
export function chatMessages(prompt: LanguageModelV3Prompt): ChatMessage[] {
  return prompt.map(chatMessage);
}

function chatMessage(message: LanguageModelV3Message): ChatMessage {
  const { role } = message;
  if (role === "system") return { role, content: message.content };
  if (role === "tool") throw textOnly(role);
  const texts = message.content.map((part) => {
    if (part.type === "text") return part.text;
    if (part.type === "reasoning") return "";
    throw textOnly(part.type);
  });
  return { role, content: texts.join("") };
}

function textOnly(actual: string): TypeError {
  return invalidArgument("prompt", "messages of text alone, as local models have no tools and no files here", actual);
}
