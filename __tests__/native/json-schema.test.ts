import { Ajv2020 } from "ajv/dist/2020";
import fc from "fast-check";
import { Engine } from "../../lib/model/engine";
import { jsonSchemaGrammar } from "../../lib/model/grammar/json-schema";
import { Model } from "../../lib/model/model";
import { fixture, randomTokens } from "./models";

const ajv = new Ajv2020({ strict: false, logger: false });
const prompt = randomTokens(11, 20);

let model: Model;
let engine: Engine;
beforeAll(async () => {
  model = await Model.load(fixture("llama").model);
  engine = await model.createEngine({ threads: 1, contextTokens: 8192 });
});
afterAll(() => model.dispose());

/** What a model with random weights writes, in which strings, lists and objects end soon. */
async function written(schema: unknown, seed: number): Promise<{ text: string; stopReason: string }> {
  const closing = ['"', "}", "]", ","].flatMap((c) => [...model.tokenize(c, { addSpecial: false })]);
  const sampling = { temperature: 1, seed, logitBias: Object.fromEntries(closing.map((token) => [token, 4])) };
  const branches = [{ maxTokens: 1500, grammar: jsonSchemaGrammar(schema), sampling }];
  return (await engine.run({ prompt, branches })).branches[0]!;
}

const PATTERNS = [String.raw`^(\d{3}-)?\d{2,4}$`, String.raw`[^\x00-@\[-~]`, "^$|^[A-Zé😀]", String.raw`^.\\?\n{1,2}$`];

const word = fc.string({
  minLength: 1,
  maxLength: 4,
  unit: fc.constantFrom("a", "b", "é", '"', "\\", "]", "^", "-", "😀"),
});
const extents = (least: string, most: string, n: number) =>
  fc.tuple(fc.nat(n), fc.nat(n), fc.constantFrom(0, 1, 2, 3)).map(([a, b, which]) => ({
    ...(which & 1 && { [least]: Math.min(a, b) }),
    ...(which & 2 && { [most]: Math.max(a, b) }),
  }));
const bounds = fc
  .tuple(fc.integer({ min: -3000, max: 3000 }), fc.nat(300), fc.nat(3))
  .map(([a, n, which]) => ({ ...(which & 1 && { minimum: a }), ...(which & 2 && { maximum: a + n }) }));

const { schema } = fc.letrec<{ schema: object }>((tie) => ({
  schema: fc.oneof(
    { maxDepth: 3, depthIdentifier: "schema", withCrossShrink: true },
    fc.constantFrom({ type: "null" }, { type: "boolean" }, { type: ["integer", "null"] }),
    extents("minLength", "maxLength", 8).map((extent) => ({ type: "string", ...extent })),
    fc.constantFrom(...PATTERNS).map((pattern) => ({ type: "string", pattern })),
    bounds.map((bound) => ({ type: "integer", ...bound })),
    bounds.map((bound) => ({ type: "number", ...bound })),
    fc
      .uniqueArray(fc.oneof(word, fc.integer(), fc.constant(null)), { minLength: 1, maxLength: 3 })
      .map((values) => ({ enum: values })),
    fc.json({ maxDepth: 1 }).map((text) => ({ const: JSON.parse(text) as unknown })),
    fc
      .tuple(tie("schema"), extents("minItems", "maxItems", 4))
      .map(([items, extent]) => ({ type: "array", items, ...extent })),
    fc
      .tuple(fc.array(tie("schema"), { minLength: 1, maxLength: 3 }), fc.oneof(tie("schema"), fc.constant(false)))
      .map(([prefixItems, items]) => ({ type: "array", prefixItems, items })),
    fc
      .tuple(
        fc.dictionary(word, tie("schema"), { maxKeys: 4, noNullPrototype: true }),
        fc.nat(15),
        fc.oneof(tie("schema"), fc.boolean(), fc.constant(undefined)),
      )
      .map(([properties, bits, additionalProperties]) => ({
        type: "object",
        properties,
        required: Object.keys(properties).filter((_, i) => bits & (1 << i)),
        ...(additionalProperties !== undefined && { additionalProperties }),
      })),
    fc.array(tie("schema"), { minLength: 1, maxLength: 3 }).map((anyOf) => ({ anyOf })),
  ),
}));

test("what is written under any schema is JSON that the schema allows", async () => {
  let whole = 0;
  await fc.assert(
    fc.asyncProperty(schema, fc.nat(1000), async (each, seed) => {
      const { text, stopReason } = await written(each, seed);
      if (stopReason !== "end") return; // the model did not come to its end
      whole++;
      const value: unknown = JSON.parse(text);
      if (!ajv.validate(each, value)) throw new Error(`${text}: ${ajv.errorsText()}`);
    }),
    { numRuns: 60, seed: 4711 },
  );
  expect(whole).toBeGreaterThan(45);
}, 120_000);

test("a schema may refer to itself, and tell apart what is one of several", async () => {
  const tree = {
    $defs: {
      leaf: {
        type: "object",
        properties: { kind: { const: "leaf" }, value: { type: "integer" } },
        required: ["kind", "value"],
      },
      pair: {
        type: "object",
        properties: { kind: { const: "pair" }, left: { $ref: "#" }, right: { $ref: "#/$defs/leaf" } },
        required: ["kind", "left", "right"],
        additionalProperties: false,
      },
    },
    oneOf: [{ $ref: "#/$defs/leaf" }, { $ref: "#/$defs/pair" }, { type: "null" }],
  };
  const validate = ajv.compile(tree);
  for (let seed = 0; seed < 10; seed++) {
    const { text } = await written(tree, seed);
    expect([text, validate(JSON.parse(text))]).toEqual([text, true]);
  }
});

test.each(PATTERNS)("a string of the pattern %s has it", async (pattern) => {
  const answers = await Promise.all([1, 2, 3, 4, 5].map((seed) => written({ type: "string", pattern }, seed)));
  const whole = answers.filter(({ stopReason }) => stopReason === "end").map(({ text }) => JSON.parse(text) as string);
  expect(whole.length).toBeGreaterThan(2);
  expect(whole.filter((text) => !new RegExp(pattern, "u").test(text))).toEqual([]);
});

test.each([
  ["date", /^"\d{4}-\d\d-\d\d"$/],
  ["time", /^"\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)"$/],
  ["date-time", /^"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)"$/],
  ["uuid", /^"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"$/],
])("a string of the format %s is one", async (format, pattern) => {
  for (let seed = 0; seed < 5; seed++) {
    const { text } = await written({ type: "string", format }, seed);
    expect(text).toMatch(pattern);
    if (format.startsWith("date")) expect(new Date(JSON.parse(text) as string).getTime()).not.toBeNaN();
  }
});
