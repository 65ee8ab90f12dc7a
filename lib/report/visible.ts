const SIGNS: Readonly<Record<string, string>> = { " ": "␣", "\n": "⏎", "\t": "⇥" };

/** A token's text with spaces and control characters seen: tokens differ by them. */
export function visible(text: string): string {
  const sign = (character: string) => SIGNS[character] ?? `U+${character.codePointAt(0)!.toString(16).toUpperCase()}`;
  return text.replaceAll(/[\p{C}\p{Z}]/gu, sign) || "∅";
}
