import fc from "fast-check";
import { jsonSchemaGrammar } from "../../../../lib/model/grammar/json-schema";

const grammarOf = (pattern: string, lengths: object = {}) => jsonSchemaGrammar({ type: "string", pattern, ...lengths });

function refusal(pattern: string, lengths?: object): unknown {
  try {
    grammarOf(pattern, lengths);
  } catch (error) {
    const { code, message } = error as { code: string; message: string };
    return { code, message };
  }
  throw new Error("not refused");
}

/** The same language for RegExp to read: each rule where it is named, as none names itself. */
function regularExpression(gbnf: string): RegExp {
  const rules = new Map(
    gbnf
      .trimEnd()
      .split("\n")
      .map((line) => line.split(" ::= ", 2) as [string, string]),
  );
  const words = /"(?<text>(?:\\.|[^"\\])*)"|(?<set>\[[^\]]*\])|(?<name>r\d+|root)| /g;
  const expanded = (body: string): string =>
    body.replaceAll(words, (...all) => {
      const { text, set, name } = all.at(-1) as Partial<Record<"text" | "set" | "name", string>>;
      if (name !== undefined) return `(?:${expanded(rules.get(name)!)})`;
      if (set !== undefined) return set.replaceAll(/\\U([0-9a-f]{8})/g, String.raw`\u{$1}`);
      return text === undefined ? "" : `(?:${text.replace('\\"', '"').replaceAll(/[$()*+.?[{|^\]}/]/g, "\\$&")})`;
    });
  return new RegExp(`^(?:${expanded("root")})$`, "u");
}

const signs = ["a", "b", "7", "_", "-", ".", '"', "\\", "\n", "\t", "\u2028", "\x7f", "é", "😀", " "];
const texts = fc.string({ maxLength: 6, unit: fc.constantFrom(...signs) });

const escaped = (sign: string) => (/[$()*+.?[\\\]^{|}/]/.test(sign) ? `\\${sign}` : sign);
const character = fc.oneof(
  fc.constantFrom(...signs).map(escaped),
  fc.constantFrom(".", String.raw`\d`, String.raw`\D`, String.raw`\w`, String.raw`\W`, String.raw`\s`, String.raw`\S`),
  fc.constantFrom(
    String.raw`\n`,
    String.raw`\x61`,
    String.raw`\u0062`,
    String.raw`\u{1F600}`,
    String.raw`\uD83D\uDE00`,
  ),
);
const inClass = fc.oneof(
  character.filter((each) => each !== "-"),
  fc.constantFrom("a-f", "6-8", String.raw`\-`, String.raw`\b`, String.raw`\0-\x1f`, String.raw`\uD83C-\u{1F601}`),
);
const set = fc
  .tuple(fc.constantFrom("[", "[^"), fc.array(inClass, { minLength: 1, maxLength: 3 }), fc.constantFrom("", "-"))
  .map(([begin, inside, end]) => `${begin}${inside.join("")}${end}]`);
const times = fc.constantFrom("", "", "*", "+", "?", "{2}", "{1,}", "{0,2}", "{2,3}", "*?", "{0}");
const edge = (sign: string) => fc.constantFrom("", "", sign);
const { pattern } = fc.letrec<Record<"pattern" | "inner" | "part", string>>((tie) => ({
  part: fc.oneof(
    { maxDepth: 2 },
    fc.tuple(fc.oneof(character, set), times).map((parts) => parts.join("")),
    fc.tuple(tie("inner"), times).map(([inside, often]) => `(?:${inside})${often}`),
    fc.tuple(fc.oneof(tie("pattern"), tie("inner"))).map(([inside]) => `(${inside})`),
  ),
  inner: fc
    .array(fc.array(tie("part"), { maxLength: 3 }), { minLength: 1, maxLength: 2 })
    .map((alternatives) => alternatives.map((parts) => parts.join("")).join("|")),
  pattern: fc
    .array(fc.tuple(edge("^"), tie("part"), tie("part"), edge("$")), { minLength: 1, maxLength: 2 })
    .map((alternatives) => alternatives.map((parts) => parts.join("")).join("|")),
}));

const isRegExp = (each: string) => {
  try {
    new RegExp(each, "u");
    return true;
  } catch {
    return false;
  }
};
/** The grammar's language; undefined: an edge, or a class of no characters, is in its way. */
function held(each: string): RegExp | undefined {
  try {
    return regularExpression(grammarOf(each));
  } catch (error) {
    if (/can be held to only|no character/.test((error as Error).message)) return undefined;
    throw error;
  }
}

test("the texts of a pattern are those that RegExp finds it in", () => {
  let n = 0;
  fc.assert(
    fc.property(pattern.filter(isRegExp), fc.array(texts, { minLength: 8, maxLength: 8 }), (each, some) => {
      const language = held(each);
      if (!language) return true;
      n++;
      return some.every((text) => language.test(JSON.stringify(text)) === new RegExp(each, "u").test(text));
    }),
    {
      numRuns: 200,
      seed: 4711,
      examples: [
        ["^(a|(^b|[^]+$))|$", ["a", "b", "\n", "", "ab", "ba", "7", "😀"]],
        ["(?<name>a)|[^\\n]$", ["ab", "\n"]],
      ],
    },
  );
  expect(n).toBeGreaterThan(80);
});

test.each([
  ["a{2,3}$", ["aa", "xaaa"], ["a", "aab"]],
  ["^(yes|no)$", ["yes", "no"], ["yesno", "maybe"]],
  ["^$|^-", ["", "-x"], ["x-"]],
  ["(^a|b)(c|d$)", ["acx", "xbd", "bc"], ["xac", "bdx"]],
  [String.raw`^"\\\u0000$`, ['"\\\0'], ['"\\']],
  ["", ["", "any\n"], []],
  ["^(^a|b$)$", ["a", "b"], ["aa", "ab"]],
])("%j is found wherever its edges let it be", (each, found, others) => {
  const expression = regularExpression(grammarOf(each));
  expect(found.filter((text) => !expression.test(JSON.stringify(text)))).toEqual([]);
  expect(others.filter((text) => expression.test(JSON.stringify(text)))).toEqual([]);
});

test.each([
  ["^[a-z][a-z0-9-]*$", { minLength: 3, maxLength: 5 }, "^[a-z][a-z0-9-]{2,4}$"],
  ["^#[0-9A-F]{2,8}$", { maxLength: 7 }, "^#[0-9A-F]{2,6}$"],
  ["^(a|bc)$", { minLength: 1, maxLength: 2 }, "^(a|bc)$"],
  ["", { minLength: 2 }, String.raw`^[^]{2,}$`],
])("%j holds to a length too, where one repetition tells it", (each, extents, same) => {
  const texts = fc.string({ maxLength: 9, unit: fc.constantFrom("a", "b", "c", "-", "1", "F", "#") });
  const [held, expected] = [grammarOf(each, extents), grammarOf(same)].map(regularExpression);
  fc.assert(fc.property(texts, (text) => held!.test(JSON.stringify(text)) === expected!.test(JSON.stringify(text))));
});

const nested = (n: number) => `${"(".repeat(n)}${")".repeat(n)}`;
test.each([
  ["Unterminated group", "(a"],
  ["Invalid escape", String.raw`\_`],
  ["(?= in", "(?=a)"],
  ["(?<! in", "(?<!a)b"],
  [String.raw`\1 in`, String.raw`(a)\1`],
  [String.raw`\b in`, String.raw`\bword\b`],
  [String.raw`\p in`, String.raw`^\p{L}+$`],
  ["^ in a regular expression can be held to only at the beginning", "a^b"],
  ["$ in a regular expression can be held to only at the end", "(a$)+"],
  ["no character", "[]"],
  ["no character", "[\ud800-\udbff]"],
  ["surrogate", "\ud83d"],
  ["999999999 times", "a{1000000000}"],
  ["100 groups", nested(101)],
  ["10000 characters", "a".repeat(10_001)],
])("refuses a pattern and says why: %s", (why, each) => {
  expect(refusal(each)).toEqual({ code: "ERR_SCHEMA", message: expect.stringContaining(why) as unknown });
});

test.each([
  ["^[a-z]+@[a-z]+$", { maxLength: 9 }],
  ["^[a-z]{4}$", { maxLength: 3 }],
  ["[a-z]", { minLength: 3 }],
])("refuses %j with %j", (each, extents) => {
  expect(refusal(each, extents)).toMatchObject({ message: expect.stringContaining("at once") as unknown });
});

test("what a pattern counts is counted by its grammar, not written out", () => {
  expect(grammarOf("^((([ab]{999}){999}){999}){999}$").length).toBeLessThan(200);
  expect(grammarOf(nested(100)).length).toBeLessThan(2000);
});
