import { join } from "node:path";
import { program } from "./built";
import type { Kind } from "./kind";
import { mutateLines } from "./text";

const question = (id: number, more = {}) =>
  JSON.stringify({ id: `q${id}`, prompt: `What is ${id}?`, expected: String(id), group: "sums", ...more });

const LINES = Array.from({ length: 12 }, (_, i) => question(i, i % 3 === 0 ? { choices: [String(i), "none"] } : {}));

/** What a line of questions may be by accident or on purpose. */
const ODD: readonly (() => string)[] = [
  ...["", " ", "null", "[]", "{}", "1e999", '"text"', "{", '{"prompt":', "\ufeff{}", "\0", "\u2028", "nan"].map(
    (line) => () => line,
  ),
  () => question(0),
  () => question(20, { id: "" }),
  () => question(21, { id: 21.0 }),
  () => question(22, { id: 1e300, expected: -0 }),
  () => question(23, { choices: [] }),
  () => question(24, { choices: ["24", "24"] }),
  () => question(25, { choices: "25" }),
  () => question(26, { split: "everything" }),
  () => question(27, { prompt: null, expected: undefined }),
  () => question(28, { prompt: "\ud800", expected: "\udfff" }),
  () => question(29, { prompt: "\u001b]52;c;aGk=\u0007", id: "\u202e" }),
  () => question(30, { group: { a: [1] } }),
  () => '{"__proto__":{"prompt":"a"},"prompt":"b","expected":"c","constructor":1}',
  () => '{"prompt":"a","prompt":1,"expected":"b"}',
  () => `{"a":${"[".repeat(20_000)}${"]".repeat(20_000)}}`,
  () => "{".repeat(50_000),
  () => question(31, { prompt: "long ".repeat(50_000) }),
  () => question(32, Object.fromEntries(Array.from({ length: 3000 }, (_, i) => [`field${i}`, i]))),
];

/** Questions of a user's own. */
export const jsonl: Kind = {
  make: (random, folder) => mutateLines(random, join(folder, "questions.jsonl"), LINES, ODD),

  async open(folder) {
    const task = await program.findTask("jsonl");
    const samples = [];
    for await (const sample of task.load(join(folder, "questions.jsonl"))) samples.push(sample);
    program.splitSamples(samples, { seed: 1 });
  },
};
