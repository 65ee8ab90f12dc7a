/** At most `length` characters of a text, with a mark where the rest was: cut at its end, or at its start. */
export function clip(text: string, length: number, at: "start" | "end" = "end"): string {
  const characters = Array.from(text); // surrogate pairs stay whole
  if (characters.length <= length) return text;
  const kept = at === "end" ? characters.slice(0, length) : characters.slice(-length);
  return at === "end" ? `${kept.join("")}…` : `…${kept.join("")}`;
}
