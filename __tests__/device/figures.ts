import { appendFileSync, existsSync, readFileSync } from "node:fs";

/** A number that a test found, and the bound that it was held against. */
export interface Figure {
  readonly what: string;
  readonly found: number;
  readonly most: number;
}

/** Expects a number to be at most its bound, and notes both in the file that CORRSTEER_FIGURES names. */
export function expectAtMost(what: string, found: number, most: number): void {
  const file = process.env["CORRSTEER_FIGURES"];
  if (file) appendFileSync(file, `${JSON.stringify({ what, found, most } satisfies Figure)}\n`);
  expect(found).toBeLessThanOrEqual(most);
}

/** What was noted in a file: of the numbers of one name the largest. */
export function readFigures(file: string): Figure[] {
  if (!existsSync(file)) return [];
  const worst = new Map<string, Figure>();
  for (const line of readFileSync(file, "utf8").trim().split("\n")) {
    const figure = JSON.parse(line) as Figure;
    if (!(figure.found <= (worst.get(figure.what)?.found ?? -Infinity))) worst.set(figure.what, figure);
  }
  return [...worst.values()];
}
