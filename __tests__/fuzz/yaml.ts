import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { errorCode } from "../../lib/errors";
import { built } from "./built";
import type { Kind } from "./kind";
import { mutateText, type Text } from "./text";

const { createProgram } = built("./cli/program.js") as typeof import("../../lib/cli/program");

const LINES = words(`
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
`);

const SOUND = words(`
  samples: 20
  seed: 0x10
  seed: 0
  seed: -1
  layers: [0, 1]
  layers: 0-1
  variant: A
  scales: none
  scales: "1"
  decode: true
  controls: random,shuffled
  task: "jsonl"
  data: 'no where'
  # a comment
  ---
`);

const ODD = words(`
  %YAML 9.9
  - a
  a
  ? {b: c}
  : d
  seed: : 2
  seed: 1e999
  seed: .nan
  seed: ~
  seed:
  seed: {a: 1}
  seed: [[1]]
  seed: !!binary AA
  seed: !odd 1
  ...
  <<: *a
  a: &a [*a]
  a: *nothing
  __proto__: {a: 1}
  constructor: 1
  toString: 1
  config: other.yaml
  help: true
  json: 1
  json: nothing
  threads: -1
  layers: 9-0
  variant: []
  variant: [[A]]
  scales: [.inf]
  scales: [-1]
  task: |
  task: >+9
  '
  "
  @a
  \`b
`);

const UNSEEN = ["", "\tseed: 1", "  seed: 1", "\u001b]52;c;aGk=\u0007: 1", "task: \u202e", 'task: "\\ud800"', "\0"];

const LARGE = [
  () => `a: ${"[".repeat(20_000)}`,
  () => `a: ${"{a: ".repeat(5_000)}`,
  () => `task: ${"long ".repeat(50_000)}`,
  () => ["a0: &a0 [x, x, x, x, x, x, x, x, x]", ...bomb(12)].join("\n"),
  () => Array.from({ length: 3000 }, (_, i) => `field${i}: ${i}`).join("\n"),
];

const OPTIONS: Text = {
  lines: LINES,
  odd: [...[...SOUND, ...SOUND, ...SOUND, ...ODD, ...UNSEEN].map((line) => () => line), ...LARGE],
  keyOf: (line) => /^\w*/.exec(line)![0] || line,
};

function words(lines: string): string[] {
  return lines.trim().split(/\n */);
}

/** Aliases of aliases: nine to the power of `levels` values. */
function bomb(levels: number): string[] {
  return Array.from({ length: levels }, (_, i) => `a${i + 1}: &a${i + 1} [${Array(9).fill(`*a${i}`).join(", ")}]`);
}

/** A file of options, as the command line reads it. */
export const yaml: Kind = {
  originals: ["options"],
  put: (_, folder) => writeFileSync(join(folder, "run.yaml"), LINES.join("\n")),

  make(random, folder) {
    const { name, bytes } = mutateText(random, OPTIONS);
    writeFileSync(join(folder, "run.yaml"), bytes);
    return { name, sizeBytes: bytes.length };
  },

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
  return Object.assign(new Error((cause as Error).message, { cause }), { code: "ERR_INVALID_ARGUMENT", details: {} });
}
