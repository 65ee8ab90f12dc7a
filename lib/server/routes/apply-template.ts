import { z } from "zod";
import { ChatTemplate } from "../../prompt/chat-template";
import { messagesOf } from "../answers/messages";
import type { App } from "../app";
import { conversation } from "../schemas/chat-request";
import { answerOf } from "../schemas/responses";
import type { Served } from "../served";

export function addApplyTemplate(app: App, { model }: Served): void {
  app.post(
    "/apply-template",
    {
      schema: {
        summary: "A conversation as the prompt that the model sees.",
        tags: ["Tokens"],
        body: z.object({ messages: conversation }),
        response: answerOf(z.object({ prompt: z.string() })),
      },
    },
    ({ body }) => ({ prompt: ChatTemplate.of(model).render(messagesOf(body)) }),
  );
}
