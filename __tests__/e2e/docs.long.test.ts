import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { testPage } from "../support/page";

// What pages written by hand call "model.gguf" and "saes" are the demo's here. The README's programs run in the test of
// the package, as it is of what is installed.

const root = join(__dirname, "..", "..");

/** A folder as a reader would have it: corrsteer installed, a model, SAEs and questions of their own. */
function readersFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "corrsteer-docs-"));
  for (const name of ["bin", "node_modules"]) mkdirSync(join(folder, name));
  writeFileSync(join(folder, "bin", "corrsteer"), `#!/bin/sh\nexec node "${root}/dist/cli/main.js" "$@"\n`);
  chmodSync(join(folder, "bin", "corrsteer"), 0o755);
  symlinkSync(root, join(folder, "node_modules", "corrsteer"));
  symlinkSync(join(root, "node_modules", "@types"), join(folder, "node_modules", "@types"));
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

describe.each(["docs/quick-start.md", "docs/writing-a-task.md"])("%s", (page) => {
  const folder = readersFolder();
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  const path = [join(folder, "bin"), process.env["PATH"]].join(delimiter);
  const run = (program: string, ...args: string[]) =>
    execFileSync(program, args, { cwd: folder, encoding: "utf8", env: { ...process.env, PATH: path } });
  testPage(page, () => ({ folder, run }));
});
