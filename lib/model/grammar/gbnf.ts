// Words of GBNF.

/** What the text is of, and nothing else. */
export function literal(text: string): string {
  // eslint-disable-next-line no-control-regex -- they are what is looked for
  const escaped = text.replaceAll(/["\\\0-\x1f\x7f]/g, (c) => `\\x${c.charCodeAt(0).toString(16).padStart(2, "0")}`);
  return `"${escaped}"`;
}

/** One of the parts. */
export function either(parts: readonly string[]): string {
  return parts.length === 1 ? parts[0]! : `(${parts.join(" | ")})`;
}

/** A part from `least` to `most` times. */
export function times(part: string, least: number, most: number | undefined): string {
  return `(${part}){${least},${most ?? ""}}`;
}
