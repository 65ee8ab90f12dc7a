import type { Model } from "../../model/model";

const REPLACEMENT = "\uFFFD";

/** Tokens as text, each by itself. */
export class TokenTexts {
  readonly #known = new Map<number, { readonly text: string; readonly bytes: readonly number[] }>();

  constructor(private readonly model: Model) {}

  /** Control tokens are written out; of a token that is a part of a character the bytes, as `bytes:\xe2\x80`. */
  text(token: number): string {
    return this.#of(token).text;
  }

  bytes(token: number): number[] {
    return [...this.#of(token).bytes];
  }

  #of(token: number) {
    const known = this.#known.get(token);
    if (known) return known;
    const bytes = this.model.native.detokenize(Int32Array.of(token), true);
    const text = new TextDecoder().decode(bytes);
    const told = text.includes(REPLACEMENT) ? `bytes:${Array.from(bytes, hexadecimal).join("")}` : text;
    const found = { text: told, bytes: Array.from(bytes) };
    this.#known.set(token, found);
    return found;
  }
}

function hexadecimal(byte: number): string {
  return `\\x${byte.toString(16).padStart(2, "0")}`;
}
