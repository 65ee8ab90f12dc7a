import type { LanguageModelV3CallOptions } from "@ai-sdk/provider";
import { callOf } from "../../../lib/integrations/ai-sdk/call";

const ofFormat = (responseFormat: LanguageModelV3CallOptions["responseFormat"]) =>
  callOf({ prompt: [], ...(responseFormat && { responseFormat }) }, undefined);

test("a call of the AI SDK for JSON is held to its schema, or to any object", () => {
  const schema = { type: "object", properties: { a: { type: "integer" } } } as const;
  expect(ofFormat({ type: "json", schema, name: "a" })).toEqual({ schema });
  expect(ofFormat({ type: "json" })).toEqual({ schema: { type: "object", additionalProperties: true } });
  expect([ofFormat({ type: "text" }), ofFormat(undefined)]).toEqual([{}, {}]);
});
