import { z } from "zod";

export const errorAnswer = z
  .object({
    error: z.object({
      message: z.string(),
      type: z.string(),
      param: z.string().nullable(),
      code: z.string().nullable(),
    }),
  })
  .describe("What is wrong, in the form of OpenAI's API.");

/** What a route answers that writes text: a document, or with `stream` events with chunks of it. */
export function answersOf<Answer extends z.ZodType, Chunk extends z.ZodType>(answer: Answer, chunk: Chunk) {
  return {
    200: {
      description: "The answer; with `stream` its chunks, and `[DONE]` after the last.",
      content: {
        "application/json": { schema: answer },
        "text/event-stream": { schema: chunk },
      },
    },
    "4xx": errorAnswer,
    "5xx": errorAnswer,
  };
}

/** What any other route answers. */
export function answerOf<Answer extends z.ZodType>(answer: Answer) {
  return { 200: answer, "4xx": errorAnswer, "5xx": errorAnswer };
}
