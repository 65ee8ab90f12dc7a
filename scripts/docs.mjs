// Writes the references: docs/api from the types, docs/cli.md from the program's own help, docs/saes.md from the catalogue. `--check` writes nothing and
// fails when they differ.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { saesPage } from "./docs-of-saes.mjs";

const root = resolve(import.meta.dirname, "..");
const require = createRequire(import.meta.url);

/** Markdown of the whole command tree, at a width that does not depend on the terminal. */
function cliReference() {
  const { createProgram } = require(join(root, "dist", "cli", "program.js"));
  const sections = ["# Command line\n\nWritten by `npm run docs` from the program's own help."];
  const visit = (command, path) => {
    command.configureOutput({ getOutHelpWidth: () => 100, getOutHasColors: () => false });
    const depth = "#".repeat(Math.min(path.length + 1, 4));
    sections.push(`${depth} ${path.join(" ")}\n\n\`\`\`text\n${command.helpInformation().trimEnd()}\n\`\`\``);
    for (const child of command.commands) visit(child, [...path, child.name()]);
  };
  const program = createProgram();
  visit(program, [program.name()]);
  return `${sections.join("\n\n")}\n`;
}

function writeApi(folder) {
  const typedoc = join(root, "node_modules", "typedoc", "bin", "typedoc");
  const { status } = spawnSync(process.execPath, [typedoc, "--out", folder], { cwd: root, stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
}

function markdownFiles(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true }).filter((name) => name.endsWith(".md"));
}

/** Names under either folder whose text differs. */
function differences(a, b) {
  const read = (folder, name) =>
    existsSync(join(folder, name)) ? readFileSync(join(folder, name), "utf8") : undefined;
  const names = new Set([...markdownFiles(a), ...markdownFiles(b)]);
  return [...names].filter((name) => read(a, name) !== read(b, name));
}

const api = join(root, "docs", "api");
/** Pages that are one text, by their paths. */
const pages = { "docs/cli.md": cliReference, "docs/saes.md": saesPage };
if (process.argv.includes("--check")) {
  const fresh = mkdtempSync(join(tmpdir(), "corrsteer-docs-"));
  writeApi(fresh);
  const stale = differences(fresh, api).map((name) => `docs/api/${name}`);
  rmSync(fresh, { recursive: true });
  for (const [path, page] of Object.entries(pages)) {
    const file = join(root, path);
    if (!existsSync(file) || readFileSync(file, "utf8") !== page()) stale.push(path);
  }
  for (const file of stale) console.error(`${file} is not what the program says: run \`npm run docs\``);
  process.exitCode = stale.length > 0 ? 1 : 0;
} else {
  writeApi(api);
  for (const [path, page] of Object.entries(pages)) writeFileSync(join(root, path), page());
}
