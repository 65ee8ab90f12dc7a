/** What of a text is the model's reasoning, and what its answer. */
export interface ReasoningParts {
  readonly reasoning: string;
  readonly text: string;
}

const OPEN = "<think>";
const CLOSE = "</think>";

/** Whether a prompt ends where reasoning has begun, as the templates of some models have it. */
export function opensReasoning(prompt: string): boolean {
  return prompt.trimEnd().endsWith(OPEN);
}

/** What tells the engine where an answer reasons. @param opened whether the prompt began the reasoning */
export function reasoningMarks(opened: boolean): { begin: string; end: string; isOpen: boolean } {
  return { begin: OPEN, end: CLOSE, isOpen: opened };
}

/** Takes a whole answer apart. @param opened whether the prompt began the reasoning */
export function partReasoning(answer: string, opened: boolean): ReasoningParts {
  const split = new ReasoningSplit(opened);
  const { reasoning, text } = split.push(answer);
  const rest = split.end();
  return { reasoning: reasoning + rest.reasoning, text: text + rest.text };
}

/**
 * Takes an answer apart as it comes: `<think>...</think>` at its beginning is reasoning, what follows is text. Tags may come
 * in pieces; white space around them belongs to neither part. An answer that begins with anything else is text throughout.
 */
export class ReasoningSplit {
  #place: "start" | "reasoning" | "closed" | "text";
  #held = "";
  #hasReasoned = false;

  /** @param opened whether the prompt began the reasoning */
  constructor(opened: boolean) {
    this.#place = opened ? "reasoning" : "start";
  }

  /** What is certain by now; the rest is held until more is known. */
  push(piece: string): ReasoningParts {
    this.#held += piece;
    if (this.#place === "start") this.#findOpen();
    const reasoning = this.#place === "reasoning" ? this.#takeReasoning() : "";
    if (this.#place === "closed") this.#findText();
    return { reasoning, text: this.#place === "text" ? this.#takeHeld() : "" };
  }

  /** What was held, when no more comes. */
  end(): ReasoningParts {
    const held = this.#takeHeld();
    if (this.#place === "reasoning") return { reasoning: held.trimEnd(), text: "" };
    return { reasoning: "", text: this.#place === "closed" ? "" : held };
  }

  #findOpen(): void {
    const begun = this.#held.trimStart();
    if (begun.startsWith(OPEN)) {
      this.#place = "reasoning";
      this.#held = begun.slice(OPEN.length);
    } else if (!OPEN.startsWith(begun)) this.#place = "text";
  }

  #takeReasoning(): string {
    if (!this.#hasReasoned) this.#held = this.#held.trimStart();
    const close = this.#held.indexOf(CLOSE);
    const end = close < 0 ? this.#held.length - partOfClose(this.#held) : close;
    const reasoning = this.#held.slice(0, end).trimEnd();
    if (reasoning !== "") this.#hasReasoned = true;
    if (close >= 0) this.#place = "closed";
    this.#held = this.#held.slice(close < 0 ? reasoning.length : close + CLOSE.length);
    return reasoning;
  }

  #findText(): void {
    this.#held = this.#held.trimStart();
    if (this.#held !== "") this.#place = "text";
  }

  #takeHeld(): string {
    const held = this.#held;
    this.#held = "";
    return held;
  }
}

/** How many characters at the end could begin the closing tag. */
function partOfClose(text: string): number {
  for (let n = CLOSE.length - 1; n > 0; n--) if (text.endsWith(CLOSE.slice(0, n))) return n;
  return 0;
}
