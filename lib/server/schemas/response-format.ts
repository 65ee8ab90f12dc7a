import { z } from "zod";

const schema = z.union([z.looseObject({}), z.boolean()], "a JSON schema");

const jsonSchema = z.object(
  {
    name: z.string("a string").max(256).optional(),
    schema: schema.describe("What jsonSchemaGrammar knows of JSON schemas: the rest is refused by name."),
    strict: z.boolean("a boolean").nullish().describe("It is always."),
  },
  "an object",
);

/** What form an answer is held to. */
export const responseFormat = z
  .discriminatedUnion("type", [
    z.object({ type: z.literal("text") }),
    z.object({ type: z.literal("json_object") }),
    z.object({ type: z.literal("json_schema"), json_schema: jsonSchema }),
  ])
  .nullish()
  .describe("Text, any JSON object, or JSON of a schema: by a grammar, so that no other token can come.");
export type ResponseFormat = z.output<typeof responseFormat>;
