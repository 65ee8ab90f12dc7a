import { z } from "zod";
import type { App } from "../app";
import { answerOf } from "../schemas/responses";
import type { Served } from "../served";

const model = z.object({
  id: z.string(),
  object: z.literal("model"),
  created: z.int().describe("When the server began, in seconds since 1970."),
  owned_by: z.string(),
});

export function addModels(app: App, served: Served): void {
  const list = () => [{ id: served.name, object: "model" as const, created: served.since, owned_by: "corrsteer" }];
  app.get(
    "/v1/models",
    {
      schema: {
        summary: "List what `model` may be.",
        tags: ["OpenAI"],
        response: answerOf(z.object({ object: z.literal("list"), data: z.array(model) })),
      },
    },
    () => ({ object: "list" as const, data: list() }),
  );
}
