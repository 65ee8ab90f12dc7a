import { z } from "zod";
import { featureName, layerAt, vectorOf } from "./directions";

// Which rows a request's steering acts on.

const MOST_POSITION = 2 ** 24;
const WRONG = { code: "invalid_steering" };

const position = z.int("an integer").min(-MOST_POSITION).max(MOST_POSITION);

export const within = z
  .strictObject(
    {
      from: z
        .union([position, z.literal("prompt")], 'an integer or "prompt"')
        .optional()
        .describe('The first position; "prompt": the first row of all; 0 without it.'),
      to: position.optional().describe("The one after the last; without it to the end."),
    },
    "an object",
  )
  .refine(({ from = 0, to }) => to === undefined || from === "prompt" || from < to, {
    error: "it needs a `to` after `from`",
    params: WRONG,
  })
  .describe("Positions of tokens: 0 is the row that chooses the answer's first, the prompt's last; -1 the one before.");

export const during = z.enum(["reasoning", "answer"]).describe("Only while the model reasons, or only after that.");

export const when = z
  .strictObject(
    {
      feature: featureName.optional().describe("What is read of a row: this feature's activation,"),
      layer: layerAt("or after this block").optional(),
      direction: vectorOf("the product of the row and this.").optional(),
      above: z.number("a number").describe("Rows where it is not above this are left alone."),
    },
    "an object",
  )
  .refine(isOneCondition, {
    error: "it needs a feature, or a layer and a direction",
    params: WRONG,
  })
  .describe("Read of each row before it is steered, at the layers that are steered or an earlier one.");

function isOneCondition(of: { feature?: unknown; layer?: unknown; direction?: unknown }): boolean {
  const [feature, layer, direction] = [of.feature, of.layer, of.direction].map((value) => value !== undefined);
  return feature ? !layer && !direction : layer! && direction!;
}
