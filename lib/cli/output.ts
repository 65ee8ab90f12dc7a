/** Data, on stdout: one JSON document. */
export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, plainNumbers, 2)}\n`);
}

export function printLines(lines: readonly string[]): void {
  process.stdout.write(lines.map((line) => `${line}\n`).join(""));
}

/** A log line, on stderr, when somebody is there to read it. */
export function log(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`${text}\n`);
}

/** Columns as wide as their widest cell; those of numbers (all but the first by default) to the right. */
export function table(rows: readonly (readonly string[])[], alignLeft: readonly number[] = [0]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const pad = (cell: string, column: number) =>
    alignLeft.includes(column) ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0);
  return rows.map((row) => row.map(pad).join("  ").trimEnd());
}

/** Typed arrays as JSON arrays. */
function plainNumbers(_key: string, value: unknown): unknown {
  return ArrayBuffer.isView(value) ? Array.from(value as Int32Array) : value;
}
