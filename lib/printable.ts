// What acts on a terminal or turns words round where it should be seen.
const LAYOUT = "\\n\\t\\u2028\\u2029";
/** C0, C1 and marks of direction. */
const CONTROLS = "\\0-\\x08\\x0b-\\x1f\\x7f-\\x9f\\u061c\\u200e\\u200f\\u202a-\\u202e\\u2066-\\u2069";

const IN_A_LINE = new RegExp(`[${LAYOUT}${CONTROLS}]`, "g");
const IN_LINES = new RegExp(`[${CONTROLS}]`, "g");
const SHORT: Readonly<Record<string, string>> = { "\n": "\\n", "\t": "\\t" };

/** One line of text that shows whatever is in it and does nothing: "\u001b" in place of an escape. */
export function printable(text: string): string {
  return text.replaceAll(IN_A_LINE, escaped);
}

/** The same of text that may have several lines: their ends and tabs stay. */
export function printableLines(text: string): string {
  return text.replaceAll(IN_LINES, escaped);
}

/** As JSON and shells read it. */
function escaped(character: string): string {
  return SHORT[character] ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
