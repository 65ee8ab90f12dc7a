import { readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { program } from "./built";
import { damage, pick } from "./bytes";
import type { Kind } from "./kind";
import { mutateText, type Text } from "./text";

const question = (id: number, more = {}) =>
  JSON.stringify({ id: `q${id}`, prompt: `What is ${id}?`, expected: String(id), group: "sums", ...more });

const QUESTIONS: Text = {
  lines: Array.from({ length: 12 }, (_, i) => question(i, i % 3 === 0 ? { choices: [String(i), "none"] } : {})),
  odd: [
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
  ],
};

const TABLE: Text = {
  lines: ["metadata,problem,answer", ...Array.from({ length: 12 }, (_, i) => `"{'topic': 'sums'}",What is ${i}?,${i}`)],
  odd: [
    ...["", ",", ",,", ",,,", '"', '""', '"a""b"', 'a "b" c', '"a" b,c', "\ufeff", "\0", "\u2028", "{'topic': ''},a,b"],
    ...[
      "{'topic': 'x'},,b",
      "metadata,problem,answer",
      "__proto__,constructor,toString",
      "\"{'topic': 'a\nb'}\",\"c\n\",d",
    ],
    ...[
      `"${"long ".repeat(50_000)}"`,
      `{'topic': 'x'},${"long ".repeat(50_000)},b`,
      ",".repeat(50_000),
      '"'.repeat(50_001),
    ],
  ].map((line) => () => line),
};

/** By the name that the task looks for. */
const FILES: Readonly<Record<string, Text>> = {
  "questions.jsonl": QUESTIONS,
  "questions.jsonl.gz": QUESTIONS,
  "simple_qa_test_set.csv": TABLE,
};

/** Questions of a user's own, and tables of others'. */
export const jsonl: Kind = {
  originals: Object.keys(FILES),
  put: (file, folder) => putAlone(folder, file, whole(file)),

  make(random, folder) {
    const file = pick(random, Object.keys(FILES));
    const text = mutateText(random, FILES[file]!);
    const packed = { name: text.name, bytes: pack(file, text.bytes) };
    const { name, bytes } = file.endsWith(".gz") && random(2) === 0 ? damage(random, whole(file)) : packed;
    putAlone(folder, file, bytes);
    return { name: `${file}: ${name}`, sizeBytes: bytes.length };
  },

  async open(folder) {
    const file = readdirSync(folder).find((name) => name in FILES)!;
    const isTable = FILES[file] === TABLE;
    const task = await program.findTask(isTable ? "simpleqa" : "jsonl");
    const samples = [];
    for await (const sample of task.load(isTable ? folder : join(folder, file))) samples.push(sample);
    program.splitSamples(samples, { seed: 1 });
    program.splitSamples(samples, { seed: 1, kind: "official" });
  },
};

function whole(file: string): Buffer {
  return pack(file, Buffer.from(FILES[file]!.lines.join("\n")));
}

function pack(file: string, bytes: Buffer): Buffer {
  return file.endsWith(".gz") ? gzipSync(bytes) : bytes;
}

function putAlone(folder: string, file: string, bytes: Buffer): void {
  for (const other of Object.keys(FILES)) rmSync(join(folder, other), { force: true });
  writeFileSync(join(folder, file), bytes);
}
