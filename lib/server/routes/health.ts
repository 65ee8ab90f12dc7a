import { z } from "zod";
import type { App } from "../app";
import { answerOf } from "../schemas/responses";

/** Answers whoever asks: it says nothing that needs a key. */
export function addHealth(app: App): void {
  app.get(
    "/health",
    {
      config: { isPublic: true },
      schema: {
        summary: "Whether the server answers.",
        tags: ["Server"],
        response: answerOf(z.object({ status: z.literal("ok") })),
      },
    },
    () => ({ status: "ok" as const }),
  );
}
