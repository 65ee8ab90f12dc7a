import { z } from "zod";
import { profileFiles } from "../../steering/profile";
import { steeringProfileOf } from "../../steering/save-steering";
import type { App } from "../app";
import { answerOf } from "../schemas/responses";
import { profileName, steeringRequest, type SteeringRequest } from "../schemas/steering";
import type { Served } from "../served";
import { written } from "../steering/in-force";
import { refusal } from "../steering/refusal";

const profileFile = z.object({
  profile: z.looseObject({}).describe("What NAME.steer.json is to hold."),
  vectors: z.base64().describe("What NAME.safetensors beside it is to hold, in base64."),
});

export function addProfileFile(app: App, served: Served): void {
  app.post(
    "/v1/steering/profile-file",
    {
      schema: {
        summary: "What to steer by as the two files of a profile, for the command, the library, or to PUT elsewhere.",
        tags: ["Steering"],
        body: z.object({ name: profileName, steering: steeringRequest }),
        response: answerOf(profileFile),
      },
    },
    async ({ body: { name, steering: asked } }) => {
      const steering = await served.steering.resolve(kept(asked), "steering");
      if (!steering) throw refusal("steering", "it names nothing to steer by");
      const files = profileFiles(await steeringProfileOf(steering, served.model, { name }), `${name}.safetensors`);
      return { profile: { ...files.document }, vectors: Buffer.concat([...files.vectors]).toString("base64") };
    },
  );
}

/** @throws ApiError 400 for what is a request's own affair */
function kept(asked: SteeringRequest) {
  const { compare, last, after, ...named } = asked === null ? {} : written(asked);
  const isOfRequest = compare !== undefined || last !== undefined || after !== undefined;
  if (isOfRequest) throw refusal("steering", "compare, last and after are of a request, and of no profile");
  return named;
}
