const GAP = "  ";
const ZERO = /\p{Mn}|\p{Me}|\p{Cf}/u;
const DOUBLE =
  /\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}|\p{Script=Hangul}|\p{Emoji_Presentation}|[\uff01-\uff60]/u;

/** How many cells of a terminal a text takes. */
export function cells(text: string): number {
  return Array.from(text, cellsOf).reduce((sum, n) => sum + n, 0);
}

function cellsOf(character: string): number {
  if (ZERO.test(character)) return 0;
  return DOUBLE.test(character) ? 2 : 1;
}

/**
 * Texts that grow side by side: a row is given once all columns have it whole, so that nothing that was written has to be
 * written over.
 */
export class Columns {
  readonly #width: number;
  /** Of each column, its rows that were not given yet; the last may grow. */
  readonly #rows: string[][];

  /** @param width of all columns and the gaps between them */
  constructor(count: number, width: number) {
    this.#width = Math.max(1, Math.floor((width - GAP.length * (count - 1)) / count));
    this.#rows = Array.from({ length: count }, () => [""]);
  }

  /** Adds to a column. @returns the rows that are whole now */
  push(column: number, text: string): string[] {
    const rows = this.#rows[column]!;
    const [first = "", ...others] = text.split("\n");
    rows.push(...wrapped(rows.pop()! + first, this.#width), ...others.flatMap((line) => wrapped(line, this.#width)));
    return this.#take(Math.min(...this.#rows.map(({ length }) => length - 1)));
  }

  /** The rows that are left. */
  end(): string[] {
    return this.#take(Math.max(...this.#rows.map(({ length }) => length)));
  }

  #take(count: number): string[] {
    const taken = this.#rows.map((rows) => rows.splice(0, count));
    return Array.from({ length: count }, (_, i) => this.#row(taken.map((rows) => rows[i] ?? "")));
  }

  #row(parts: readonly string[]): string {
    const padded = parts.map((part) => part + " ".repeat(Math.max(0, this.#width - cells(part))));
    return padded.join(GAP).trimEnd();
  }
}

/** A line as rows of at most `width` cells, broken at spaces where there are some; at least one. */
function wrapped(line: string, width: number): string[] {
  const rows: string[] = [];
  let row = "";
  for (const word of line.split(/(?<= )/)) {
    if (row !== "" && cells(row + word.trimEnd()) > width) {
      rows.push(row.trimEnd());
      row = "";
    }
    for (const character of word) {
      if (row !== "" && cells(row + character) > width && character !== " ") {
        rows.push(row);
        row = "";
      }
      row += character;
    }
  }
  return [...rows, row];
}
