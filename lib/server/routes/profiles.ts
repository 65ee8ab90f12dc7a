import { z } from "zod";
import type { App } from "../app";
import { ofError } from "../errors/of-error";
import { brokenProfile, profileAnswer, profileAnswerOf, profileUpload } from "../schemas/profile";
import { answerOf } from "../schemas/responses";
import { profileName } from "../schemas/steering";
import type { Served } from "../served";

const named = z.object({ name: profileName });
const tags = ["Steering"];

export function addProfiles(app: App, { name: served, profiles, saes, pageOf }: Served): void {
  const listed = async (name: string) => {
    try {
      return await profileAnswerOf(served, await profiles.get(name, "name"), saes, pageOf);
    } catch (error) {
      return { name, problem: ofError(error).message };
    }
  };
  app.get(
    "/v1/steering/profiles",
    {
      schema: {
        summary: "List the profiles.",
        tags,
        response: answerOf(
          z.object({ object: z.literal("list"), data: z.array(z.union([profileAnswer, brokenProfile])) }),
        ),
      },
    },
    async () => ({ object: "list" as const, data: await Promise.all((await profiles.names()).map(listed)) }),
  );
  app.get(
    "/v1/steering/profiles/:name",
    { schema: { summary: "One profile.", tags, params: named, response: answerOf(profileAnswer) } },
    async ({ params }) => await profileAnswerOf(served, await profiles.get(params.name, "name"), saes, pageOf),
  );
  app.put(
    "/v1/steering/profiles/:name",
    {
      schema: {
        summary: "Add a profile, or put another in its place.",
        tags,
        params: named,
        body: profileUpload,
        response: answerOf(profileAnswer),
      },
    },
    async ({ params, body }) => {
      const vectors = Buffer.from(body.vectors, "base64");
      return await profileAnswerOf(served, await profiles.put(params.name, body.profile, vectors), saes, pageOf);
    },
  );
  app.delete(
    "/v1/steering/profiles/:name",
    {
      schema: {
        summary: "Remove a profile.",
        tags,
        params: named,
        response: answerOf(z.object({ name: z.string(), deleted: z.literal(true) })),
      },
    },
    async ({ params: { name } }) => {
      await profiles.remove(name);
      return { name, deleted: true as const };
    },
  );
}
