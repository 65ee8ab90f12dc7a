import { z } from "zod";

/** What steering did to one layer: the proof that it was applied. */
const layerReceipt = z.object({
  layer: z.int().describe("Block index; -1 is the input of block 0."),
  rows: z.int().describe("Rows that were steered."),
  leftAlone: z.int().describe("Rows that a condition, or a target that was reached, left alone."),
  meanAddedNorm: z.number(),
  maxAddedNorm: z.number(),
  meanResidualNorm: z.number().describe("Of the rows before."),
  addedShare: z.number().describe("Mean norm of what was added as a share of that."),
});

/** What an answer is steered by. */
const steeringInForce = z.object({
  from: z
    .enum(["request", "model", "default"])
    .describe("Where it was named: in the request, its model, by PUT /v1/steering."),
  fingerprint: z.string().describe("Equal steerings have equal ones."),
  layers: z.array(z.int()),
});
export type SteeringInForce = z.output<typeof steeringInForce>;

/** With `compare` answers come in pairs of one prefill. */
export const arm = z.enum(["plain", "steered"]).exactOptional().describe("With `compare`, which of the two this is.");

const finishReason = z.enum(["stop", "length"]);

export const usage = z.object({
  prompt_tokens: z.int(),
  completion_tokens: z.int(),
  total_tokens: z.int(),
  prompt_tokens_details: z.object({ cached_tokens: z.int().describe("Whose cache was taken from earlier requests.") }),
});
export type Usage = z.output<typeof usage>;

/** What every answer says of itself. */
export const head = {
  id: z.string(),
  created: z.int().describe("Seconds since 1970."),
  model: z.string(),
  seed: z.int().describe("Of the random numbers: sent back, it gives the same answer."),
  system_fingerprint: z.string(),
  steering: steeringInForce.nullable(),
};
export type Head = z.output<z.ZodObject<typeof head>>;

/** The same in chunks. */
export const ending = {
  finish_reason: finishReason.nullable(),
  receipt: z.array(layerReceipt).exactOptional().describe("In a choice's last chunk."),
};

/** How a choice ended. */
export const ended = {
  finish_reason: finishReason,
  receipt: z.array(layerReceipt).describe("What steering did, a layer each; nothing where nothing was added."),
};
