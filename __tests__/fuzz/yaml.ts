import { join } from "node:path";
import { errorCode } from "../../lib/errors";
import { built } from "./built";
import type { Kind } from "./kind";
import { mutateLines } from "./text";

const { createProgram } = built("./cli/program.js") as typeof import("../../lib/cli/program");

const LINES = `
model: nowhere.gguf
sae: nowhere
task: jsonl
data: nowhere.jsonl
samples: 200
validationSamples: 100
testSamples: 200
threads: 1
seed: 7
split: clean
layers: 0,1
variant: [A, P]
scales: [0.5, 2]
significance: none
decode: false
controls: none
minSupport: 2
out: nowhere
quiet: true
`
  .trim()
  .split("\n");

/** What a line of options may be by accident or on purpose. */
const ODD: readonly (() => string)[] = [
  ...["", "---", "...", "%YAML 9.9", "- a", "a", "? {b: c}", ": d", "\tseed: 1", "  seed: 1", "seed: 1", "seed: : 2"],
  ...[
    "seed: 0x10",
    "seed: 1e999",
    "seed: .nan",
    "seed: ~",
    "seed:",
    "seed: {a: 1}",
    "seed: [[1]]",
    "seed: !!binary AA",
  ],
  ...["seed: !odd 1", "<<: *a", "a: &a [*a]", "a: *nothing", "__proto__: {a: 1}", "constructor: 1", "toString: 1"],
  ...["config: other.yaml", "help: true", "json: 1", "json: nothing", "threads: -1", "layers: 9-0", "variant: []"],
  ...[
    "\u001b]52;c;aGk=\u0007: 1",
    "task: \u202e",
    'task: "\\ud800"',
    "task: |",
    "task: >+9",
    "'",
    '"',
    "@a",
    "`b",
    "\0",
  ],
].map((line) => () => line);
const LARGE: readonly (() => string)[] = [
  () => `a: ${"[".repeat(20_000)}`,
  () => `a: ${"{a: ".repeat(5_000)}`,
  () => `task: ${"long ".repeat(50_000)}`,
  () => ["a0: &a0 [x, x, x, x, x, x, x, x, x]", ...bomb(12)].join("\n"),
  () => Array.from({ length: 3000 }, (_, i) => `field${i}: ${i}`).join("\n"),
];

function bomb(levels: number): string[] {
  return Array.from({ length: levels }, (_, i) => `a${i + 1}: &a${i + 1} [${Array(9).fill(`*a${i}`).join(", ")}]`);
}

/** A file of options, as the command line reads it. */
export const yaml: Kind = {
  make: (random, folder) => mutateLines(random, join(folder, "run.yaml"), LINES, [...ODD, ...LARGE]),

  async open(folder) {
    try {
      await createProgram().parseAsync(["node", "corrsteer", "run", "--config", join(folder, "run.yaml")]);
    } catch (error) {
      const code = errorCode(error);
      if (code === "ERR_SAE_FORMAT") return; // all options were taken, and their SAEs looked for
      if (code?.startsWith("com") || code === "corrsteer.config") throw refused(error);
      throw error;
    }
  },
};

/** As the program says it to its user. */
function refused(cause: unknown): Error {
  return Object.assign(new Error((cause as Error).message, { cause }), { code: "ERR_INVALID_ARGUMENT" });
}
