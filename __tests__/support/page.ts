import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { findTask } from "../../lib/tasks/find-task";
import { type Block, readBlocks } from "./markdown";

const root = join(__dirname, "..", "..");

/** Where a page's reader works. */
export interface Reader {
  readonly folder: string;
  /** Runs a program there. @returns what it prints */
  readonly run: (program: string, ...args: string[]) => string;
}

/**
 * Tests that every program and every command of a page runs, in order, and prints what the page says that it prints.
 * Installing and building are left out, as .ci/run and the test of the package do them, and models of the hub, which have a
 * test of their own.
 */
export function testPage(page: string, reader: () => Reader): void {
  let printed: string | undefined;
  const blocks = readBlocks(join(root, page));

  test.each(blocks.map((block) => [block.line, block] as const))("line %i", async (_, block) => {
    if (block.language === "text") expect(wording(printed ?? "")).toEqual(expect.arrayContaining(wording(block.text)));
    else printed = await perform(reader(), block);
    expect(printed).toBeDefined();
  });
}

/** Runs or writes a block and gives what it prints; undefined for one that neither does anything nor says what does. */
async function perform({ folder, run }: Reader, block: Block): Promise<string | undefined> {
  const file = join(folder, named(block) ?? `line-${block.line}.${block.language === "js" ? "mjs" : block.language}`);
  const { language, text } = block;
  if (language === "sh") return /^npm |--model hf:/.test(text) ? "" : run("bash", "-euo", "pipefail", "-c", text);
  if (!["js", "ts", "jsonl", "yaml"].includes(language)) return undefined;
  writeFileSync(file, text);
  if (language === "js") return run("node", file);
  if (language === "jsonl") for await (const _ of (await findTask("jsonl")).load(file));
  if (language === "ts") {
    const options = ["--noEmit", "--strict", "--skipLibCheck", "--module", "node16", "--target", "es2022"];
    run("node", join(root, "node_modules", "typescript", "bin", "tsc"), ...options, file);
  }
  return "";
}

/** The file that the block's first line names, as in `// sums.ts`. */
function named({ text }: Block): string | undefined {
  return /^(?:\/\/|#) (\S+\.\w+)\n/.exec(text)?.[1];
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
