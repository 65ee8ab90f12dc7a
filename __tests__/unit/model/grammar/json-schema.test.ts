import { jsonSchemaGrammar } from "../../../../lib/model/grammar/json-schema";

function refusal(schema: unknown): { code: string; path: unknown } {
  try {
    jsonSchemaGrammar(schema);
  } catch (error) {
    const { code, details } = error as { code: string; details: { path?: unknown } };
    return { code, path: details.path };
  }
  throw new Error("not refused");
}

const string = { type: "string" };

test.each([
  [{ type: "string", pattern: "a^" }, "#/pattern"],
  [{ type: "string", pattern: 7 }, "#/pattern"],
  [{ type: "string", pattern: "^a", format: "date" }, "#/pattern"],
  [{ type: "string", format: "email" }, "#/format"],
  [{ type: "string", minLength: 3, maxLength: 2 }, "#/maxLength"],
  [{ type: "string", minLength: 1.5 }, "#/minLength"],
  [{ type: "text" }, "#/type"],
  [{ type: [] }, "#/type"],
  [{ type: 7n }, "#/type"],
  [{ const: 7n }, "#/const"],
  [{ enum: [1, () => 1] }, "#/enum"],
  [{ minLength: 2 }, "#"],
  [{ type: "integer", multipleOf: 2 }, "#/multipleOf"],
  [{ type: "integer", minimum: 2.2, maximum: 2.8 }, "#"],
  [{ type: "integer", exclusiveMinimum: 0, exclusiveMaximum: 1 }, "#"],
  [{ type: "number", minimum: 0.5 }, "#/minimum"],
  [{ type: "number", exclusiveMaximum: 1 }, "#/exclusiveMaximum"],
  [{ type: "number", maximum: Infinity }, "#/maximum"],
  [{ type: "array", items: { not: {} } }, "#/items/not"],
  [{ type: "array", uniqueItems: true }, "#/uniqueItems"],
  [{ type: "array", prefixItems: [string], items: false, minItems: 2 }, "#/minItems"],
  [{ type: "object", properties: { a: string, "b/c~": { if: {} } } }, "#/properties/b~1c~0/if"],
  [{ type: "object", properties: { a: string }, required: ["a", "b"] }, "#/required/1"],
  [{ type: "object", patternProperties: {} }, "#/patternProperties"],
  [{ type: "object", properties: [] }, "#/properties"],
  [{ anyOf: [] }, "#/anyOf"],
  [{ anyOf: [string], type: "string" }, "#/type"],
  [{ oneOf: [string, { type: "string", minLength: 1 }] }, "#/oneOf/1"],
  [{ oneOf: [{ type: "integer" }, { type: "number" }] }, "#/oneOf/1"],
  [{ oneOf: [{ const: 1 }, { enum: [2, 1] }] }, "#/oneOf/1"],
  [{ allOf: [string] }, "#/allOf"],
  [{ $ref: "#/$defs/none" }, "#/$ref"],
  [{ $ref: "https://example.org/schema" }, "#/$ref"],
  [{ $ref: "#", minLength: 1 }, "#/minLength"],
  [{ enum: [] }, "#/enum"],
  [{ const: undefined }, "#/const"],
  [false, "#"],
  [null, "#"],
  ["string", "#"],
  [[string], "#"],
])("refuses %j and names what it can't hold to", (schema, path) => {
  expect(refusal(schema)).toEqual({ code: "ERR_SCHEMA", path });
});

test("what says nothing of values is let be", () => {
  const described = { $schema: "x", $id: "y", title: "a", description: "b", default: "c", "x-order": 1, ...string };
  expect(jsonSchemaGrammar(described)).toBe(jsonSchemaGrammar(string));
});

test("oneOf of what can't both hold is anyOf", () => {
  const parts = [
    { type: "null" },
    { type: "object", properties: { kind: { const: "a" } }, required: ["kind"] },
    { type: "object", properties: { kind: { enum: ["b", "c"] } }, required: ["kind"] },
  ];
  expect(jsonSchemaGrammar({ oneOf: parts })).toBe(jsonSchemaGrammar({ anyOf: parts }));
});

test("a schema that explodes is refused", () => {
  let nested: object = string;
  for (let i = 0; i < 150; i++) nested = { type: "array", items: nested };
  expect(refusal(nested).code).toBe("ERR_SCHEMA");
  const circle: { type: string; items?: object } = { type: "array" };
  circle.items = circle;
  expect(refusal(circle).code).toBe("ERR_SCHEMA");
  expect(refusal({ enum: Array.from({ length: 50_000 }, (_, i) => `value ${i}`) }).code).toBe("ERR_SCHEMA");
  const properties = Object.fromEntries(Array.from({ length: 20_000 }, (_, i) => [`p${i}`, string]));
  expect(refusal({ type: "object", properties }).code).toBe("ERR_SCHEMA");
});

test("definitions that refer to each other take a rule each", () => {
  const $defs = Object.fromEntries(
    Array.from({ length: 60 }, (_, i) => {
      const next = { $ref: `#/$defs/d${(i + 1) % 60}` };
      return [`d${i}`, { type: "object", properties: { a: next, b: next } }];
    }),
  );
  expect(jsonSchemaGrammar({ $defs, $ref: "#/$defs/d0" }).length).toBeLessThan(20_000);
});
