import { z } from "zod";
import type { App } from "../app";
import { ApiError } from "../errors/api-error";
import { answerOf } from "../schemas/responses";
import { steeringRequest } from "../schemas/steering";
import type { Served } from "../served";
import { NO_DEFAULT } from "../steering/default";
import { resolved, written } from "../steering/in-force";

const defaultAnswer = z.object({
  steering: steeringRequest.describe("As it was put."),
  fingerprint: z.string().nullable(),
  layers: z.array(z.int()),
});
const tags = ["Steering"];

export function addSteering(app: App, served: Served): void {
  const answer = () => {
    const { asked, steering } = served.defaultSteering;
    return { steering: asked, fingerprint: steering?.fingerprint ?? null, layers: steering?.layers ?? [] };
  };
  app.get(
    "/v1/steering",
    {
      schema: {
        summary: "What answers are steered by that name nothing themselves.",
        tags,
        response: answerOf(defaultAnswer),
      },
    },
    answer,
  );
  app.put(
    "/v1/steering",
    {
      schema: {
        summary: "Steer by this from the next request on; null: by nothing.",
        tags,
        body: z.object({ steering: steeringRequest }),
        response: answerOf(defaultAnswer),
      },
    },
    async ({ body: { steering: asked } }) => {
      served.defaultSteering = asked === null ? NO_DEFAULT : { asked, ...(await resolvedDefault(asked)) };
      return answer();
    },
  );

  async function resolvedDefault(asked: NonNullable<z.output<typeof steeringRequest>>) {
    const { compare, ...named } = written(asked);
    if (compare === undefined) return await resolved(named, "steering", served);
    throw new ApiError(
      400,
      "Invalid 'steering.compare': a request asks for it itself.",
      "steering.compare",
      "invalid_steering",
    );
  }
}
