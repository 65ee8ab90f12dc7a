import { execFileSync } from "node:child_process";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fixtures } from "../support/command-line";
import { readBlocks } from "../support/markdown";
import { temporaryFolder } from "../support/temporary-folder";
import { writeTinyProfile } from "../support/tiny-profile";

const root = join(__dirname, "..", "..");
const folder = temporaryFolder();

test("the program of docs/steered-models.md compiles, and streams what it was answered", async () => {
  mkdirSync(join(folder, "node_modules"));
  symlinkSync(root, join(folder, "node_modules", "corrsteer"));
  symlinkSync(join(root, "node_modules", "@types"), join(folder, "node_modules", "@types"));
  symlinkSync(join(fixtures, "qwen3.gguf"), join(folder, "model.gguf"));
  await writeTinyProfile(folder, "careful");
  const program = readBlocks(join(root, "docs", "steered-models.md")).find(({ language }) => language === "ts");
  writeFileSync(join(folder, "answer.mts"), program!.text);
  const options = ["--strict", "--skipLibCheck", "--module", "node16", "--target", "es2022"];
  const run = (...args: string[]) => execFileSync(process.execPath, args, { cwd: folder, encoding: "utf8" });
  run(join(root, "node_modules", "typescript", "bin", "tsc"), ...options, "answer.mts");

  expect(run("answer.mjs")).not.toBe("");
});
