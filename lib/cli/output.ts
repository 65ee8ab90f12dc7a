import { printable, printableLines } from "../printable";

/** Data, on stdout: one JSON document. On a terminal its texts are escaped further than JSON asks; it stays the same document. */
export function printJson(value: unknown): void {
  const text = `${JSON.stringify(value, plainNumbers, 2)}\n`;
  process.stdout.write(process.stdout.isTTY ? printableLines(text) : text);
}

/** One of several documents, in a line of its own. */
export function printJsonLine(value: unknown): void {
  printText(`${JSON.stringify(value, plainNumbers)}\n`);
}

export function printLines(lines: readonly string[]): void {
  process.stdout.write(lines.map((line) => `${printable(line)}\n`).join(""));
}

/** What a model wrote, on stdout: as it is to a file or another program, without what acts on a terminal to one. */
export function printText(text: string): void {
  process.stdout.write(process.stdout.isTTY ? printableLines(text) : text);
}

/** A log line, on stderr, when somebody is there to read it. */
export function log(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`${printable(text)}\n`);
}

/** Columns as wide as their widest cell; those of numbers (all but the first by default) to the right. */
export function table(cells: readonly (readonly string[])[], alignLeft: readonly number[] = [0]): string[] {
  const rows = cells.map((row) => row.map(printable)); // as wide as it is shown
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const pad = (cell: string, column: number) =>
    alignLeft.includes(column) ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0);
  return rows.map((row) => row.map(pad).join("  ").trimEnd());
}

/** Typed arrays as JSON arrays. */
function plainNumbers(_key: string, value: unknown): unknown {
  return ArrayBuffer.isView(value) ? Array.from(value as Int32Array) : value;
}
