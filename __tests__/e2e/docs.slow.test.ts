import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { findTask } from "../../lib/tasks/find-task";
import { type Block, readBlocks } from "../support/markdown";

// Every program and every command in the pages that are written by hand runs here, in order, on the demo's model, and
// prints what the page says that it prints. What they call "model.gguf" and "saes" are the demo's.

const root = join(__dirname, "..", "..");

/** A folder as a reader would have it: corrsteer installed, a model, SAEs and questions of their own. */
function readersFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "corrsteer-docs-"));
  for (const name of ["bin", "node_modules"]) mkdirSync(join(folder, name));
  writeFileSync(join(folder, "bin", "corrsteer"), `#!/bin/sh\nexec node "${root}/dist/cli/main.js" "$@"\n`);
  chmodSync(join(folder, "bin", "corrsteer"), 0o755);
  symlinkSync(root, join(folder, "node_modules", "corrsteer"));
  symlinkSync(join(root, "node_modules", "@types"), join(folder, "node_modules", "@types"));
  symlinkSync(join(root, "demo"), join(folder, "demo"));
  symlinkSync(join(root, "demo", "model.gguf"), join(folder, "model.gguf"));
  symlinkSync(join(root, "demo", "saes"), join(folder, "saes"));
  symlinkSync(join(root, "demo", "questions.jsonl"), join(folder, "questions.jsonl"));
  writeFileSync(join(folder, "sums.txt"), sums().join("\n"));
  return folder;
}

/** The demo's first questions as `docs/writing-a-task.md` has them: `6+1=7;3+3=6;7+2=9`. */
function sums(): string[] {
  const lines = readFileSync(join(root, "demo", "questions.jsonl"), "utf8")
    .split("\n")
    .slice(0, 300);
  return lines.map((line) => {
    const { prompt, expected } = JSON.parse(line) as { prompt: string; expected: string };
    return `${prompt.replaceAll("\n", ";")}${expected}`;
  });
}

function run(folder: string, program: string, ...args: string[]): string {
  const path = [join(folder, "bin"), process.env["PATH"]].join(delimiter);
  return execFileSync(program, args, { cwd: folder, encoding: "utf8", env: { ...process.env, PATH: path } });
}

/** The file that the block's first line names, as in `// sums.ts`. */
function named({ text }: Block): string | undefined {
  return /^(?:\/\/|#) (\S+\.\w+)\n/.exec(text)?.[1];
}

async function acceptQuestions(file: string): Promise<void> {
  for await (const _ of (await findTask("jsonl")).load(file));
}

/** Runs or writes a block and gives what it prints; undefined for one that neither does anything nor says what does. */
async function perform(folder: string, block: Block): Promise<string | undefined> {
  const file = join(folder, named(block) ?? `line-${block.line}.${block.language === "js" ? "mjs" : block.language}`);
  const { language, text } = block;
  // Installing and testing are done by .ci/run and by pack.slow.test.ts.
  if (language === "sh" && text.startsWith("npm ")) {
    return text.includes("npm run demo") ? run(folder, "node", join(root, "scripts", "demo.mjs"), "demo-run") : "";
  }
  if (language === "sh") return run(folder, "bash", "-euo", "pipefail", "-c", text);
  if (!["js", "ts", "jsonl", "yaml"].includes(language)) return undefined;
  writeFileSync(file, text);
  if (language === "js") return run(folder, "node", file);
  if (language === "jsonl") await acceptQuestions(file);
  if (language === "ts") checkTypes(folder, file);
  return "";
}

function checkTypes(folder: string, file: string): void {
  const options = ["--noEmit", "--strict", "--skipLibCheck", "--module", "node16", "--target", "es2022"];
  run(folder, "node", join(root, "node_modules", "typescript", "bin", "tsc"), ...options, file);
}

/** The lines of an output, without their numbers and the width of their columns, which may differ between machines. */
function wording(text: string): string[] {
  const line = (text: string) =>
    text
      .replaceAll(/[-+]?\d+(\.\d+)?(e-?\d+)?/g, "0")
      .replaceAll(/\s+/g, " ")
      .trim();
  return text.split("\n").map(line);
}

describe.each(["README.md", "docs/quick-start.md", "docs/writing-a-task.md"])("%s", (page) => {
  const folder = readersFolder();
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  let printed: string | undefined;
  const blocks = readBlocks(join(root, page));

  test.each(blocks.map((block) => [block.line, block] as const))("line %i", async (_, block) => {
    if (block.language === "text") expect(wording(printed ?? "")).toEqual(expect.arrayContaining(wording(block.text)));
    else printed = await perform(folder, block);
    expect(printed).toBeDefined();
  });
});
