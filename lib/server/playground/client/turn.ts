import { element } from "./element.js";
import { Heat, Peaks } from "./heat.js";
import type { Arm, Chunk, LayerReceipt } from "./served.js";
import type { WatchedFeature } from "./watched.js";

const NAMES: Readonly<Record<Arm, string>> = { plain: "Plain", steered: "Steered" };

/** One answer of two, as it comes. */
class Answer {
  readonly #text = element("div", { class: "text" });
  readonly #reasoning = element("div", { class: "thought" });
  readonly #thought = element("details", { class: "reasoning" }, element("summary", {}, "reasoning"), this.#reasoning);
  readonly #receipt = element("p", { class: "receipt" });
  readonly #peaks: Peaks;
  /** Of tokens whose text has not come yet. */
  #held: (readonly number[])[] = [];
  readonly section: HTMLElement;

  constructor(
    readonly arm: Arm,
    private readonly heat: Heat,
  ) {
    this.#peaks = new Peaks(heat.features);
    this.#thought.hidden = true;
    const title = element("h3", {}, NAMES[arm]);
    this.section = element("section", { class: `arm ${arm}`, "aria-label": `${NAMES[arm]} answer` }, title);
    this.section.append(this.#thought, this.#text);
    if (heat.features.length > 0) this.section.append(this.#peaks.list);
    this.section.append(this.#receipt);
  }

  get text(): string {
    return this.#text.textContent;
  }

  push({ delta, tokens = [], finish_reason, receipt }: Chunk["choices"][number]): void {
    for (const { text, values } of tokens) {
      this.#peaks.add(text, values);
      this.#held.push(values);
    }
    if (delta.reasoning_content !== undefined) {
      this.#thought.hidden = false;
      this.#reasoning.append(this.#piece(delta.reasoning_content));
    }
    if (delta.content !== undefined) this.#text.append(this.#piece(delta.content));
    if (finish_reason !== null) this.#receipt.replaceChildren(...receiptOf(receipt ?? [], finish_reason));
  }

  #piece(text: string): string | HTMLElement {
    if (this.#held.length === 0) return text;
    const piece = this.heat.piece(text, this.#held);
    this.#held = [];
    return piece;
  }

  stop(): void {
    this.#receipt.textContent ||= "stopped";
  }
}

/** "layer 12: 48 rows, 3.1 % of the residual's norm" for each. */
function receiptOf(receipt: readonly LayerReceipt[], finishReason: string): Node[] {
  const ending = finishReason === "length" ? "cut at the most tokens" : "ended by itself";
  if (receipt.length === 0) return [element("span", {}, `not steered; ${ending}`)];
  const layers = receipt.map(({ layer, rows, meanAddedNorm, meanResidualNorm }) => {
    const share = Number(((100 * meanAddedNorm) / meanResidualNorm).toPrecision(2));
    return element("span", {}, `layer ${layer}: ${rows} rows, ${share} % of the residual's norm`);
  });
  return [...layers, element("span", {}, ending)];
}

/** A question and its answers, of which one goes on. */
export class Turn {
  readonly #answers: readonly Answer[];
  readonly #choice: HTMLFieldSetElement;
  readonly article: HTMLElement;

  constructor(
    readonly question: string,
    number: number,
    arms: readonly Arm[],
    watched: readonly WatchedFeature[],
  ) {
    this.article = element("article", { class: "turn", "aria-label": `Turn ${number}` });
    const heat = new Heat(watched, this.article);
    this.#answers = arms.map((arm) => new Answer(arm, heat));
    this.#choice = choiceOf(number, arms);
    this.article.append(
      element("h2", { class: "question" }, question),
      element("div", { class: "arms" }, ...this.#answers.map(({ section }) => section)),
      ...(arms.length > 1 ? [this.#choice] : []),
    );
  }

  push({ choices }: Chunk): void {
    for (const choice of choices) this.#answers.find(({ arm }) => arm === (choice.arm ?? arm))?.push(choice);
  }

  stop(): void {
    for (const answer of this.#answers) answer.stop();
  }

  /** The answer that the conversation goes on from. */
  get answer(): string {
    const chosen = this.#choice.querySelector<HTMLInputElement>("input:checked")?.value;
    return (this.#answers.find(({ arm }) => arm === chosen) ?? this.#answers.at(-1)!).text;
  }
}

function choiceOf(number: number, arms: readonly Arm[]): HTMLFieldSetElement {
  const radios = arms.map((arm) => {
    const input = element("input", { type: "radio", name: `from-${number}`, value: arm });
    input.checked = arm === "steered";
    return element("label", {}, input, ` ${NAMES[arm].toLowerCase()}`);
  });
  return element("fieldset", { class: "go-on" }, element("legend", {}, "Go on from"), ...radios);
}
