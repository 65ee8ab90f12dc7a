import { printable } from "../printable";

/** One word for bash, whatever is in it: control characters by their numbers, as people see them. */
export function shellWord(text: string): string {
  const shown = printable(text);
  if (shown !== text) return `$'${printable(text.replaceAll(/[\\']/g, "\\$&"))}'`;
  return /^[\w./,=:@+-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
