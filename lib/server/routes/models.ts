import { z } from "zod";
import type { App } from "../app";
import { modelNamed } from "../model-name";
import { resolved } from "../steering/in-force";
import { answerOf } from "../schemas/responses";
import type { Served } from "../served";

const model = z.object({
  id: z.string(),
  object: z.literal("model"),
  created: z.int().describe("When the server began, in seconds since 1970."),
  owned_by: z.string(),
});

export function addModels(app: App, served: Served): void {
  const ofId = (id: string) => ({ id, object: "model" as const, created: served.since, owned_by: "corrsteer" });
  const ids = async () => [served.name, ...(await served.profiles.names()).map((name) => `${served.name}@${name}`)];
  app.get(
    "/v1/models",
    {
      schema: {
        summary: "List what `model` may be.",
        tags: ["OpenAI"],
        response: answerOf(z.object({ object: z.literal("list"), data: z.array(model) })),
      },
    },
    async () => ({ object: "list" as const, data: (await ids()).map(ofId) }),
  );
  app.get(
    "/v1/models/:id",
    {
      schema: {
        summary: "One of them.",
        tags: ["OpenAI"],
        params: z.object({ id: z.string() }),
        response: answerOf(model),
      },
    },
    async ({ params: { id } }) => {
      const { steering } = modelNamed(id, served);
      if (steering) await resolved(steering, "model", served);
      return ofId(id);
    },
  );
}
