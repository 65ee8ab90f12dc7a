const OPENING = /^["'“”‘’`([*]+/u;
const CLOSING = /["'“”‘’`)\]*.,;:!?\s]+$/u;

/** Lower case, single spaces, none at the ends. */
export function foldText(text: string): string {
  return text.normalize("NFC").toLowerCase().trim().replace(/\s+/gu, " ");
}

/** A folded text without quotation marks, brackets and sentence punctuation around the whole. */
export function bareText(folded: string): string {
  const bare = folded.replace(OPENING, "").replace(CLOSING, "");
  return bare === "" ? folded : bare; // an answer such as "??" is all it has
}
