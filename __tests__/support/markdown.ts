import { readFileSync } from "node:fs";

/** A fenced block of a Markdown file. */
export interface Block {
  /** What its heading line names, for example "sh". */
  readonly language: string;
  readonly text: string;
  /** Of the opening fence, from 1. */
  readonly line: number;
}

export function readBlocks(file: string): Block[] {
  const blocks: Block[] = [];
  let open: { language: string; line: number; lines: string[] } | undefined;
  for (const [i, line] of readFileSync(file, "utf8").split("\n").entries()) {
    const fence = /^```(\w*)$/.exec(line);
    if (!fence) open?.lines.push(line);
    else if (!open) open = { language: fence[1]!, line: i + 1, lines: [] };
    else {
      blocks.push({ language: open.language, text: `${open.lines.join("\n")}\n`, line: open.line });
      open = undefined;
    }
  }
  if (open) throw new Error(`${file}: the block of line ${open.line} has no end`);
  return blocks;
}
