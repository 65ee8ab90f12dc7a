import { z } from "zod";

// What the fields of requests are made of. null is as good as nothing, as in OpenAI's API.

export function flag(text: string) {
  return z.boolean("a boolean").nullish().describe(text);
}

export function whole(least: number, most: number, text: string) {
  return z.int("an integer").min(least).max(most).nullish().describe(text);
}

export function decimal(least: number, most: number, text: string) {
  return z.number("a number").min(least).max(most).nullish().describe(text);
}

/** A field of OpenAI's API that is refused by name rather than ignored: an answer without it would not be what was asked for. */
export function refused(what: string) {
  return z
    .unknown()
    .refine(isNothing, {
      error: `this server does not support ${what}`,
      params: { code: "unsupported_parameter" },
    })
    .optional()
    .describe(`Refused: this server does not support ${what}.`);
}

function isNothing(value: unknown): boolean {
  return value === undefined || value === null || (Array.isArray(value) && value.length === 0);
}
