import { element } from "./element.js";
import { swatch, type WatchedFeature } from "./watched.js";

const STRIPE_PX = 4;
const GAP_PX = 1;

/** The values of the watched features at some tokens. */
export type Values = readonly (readonly number[])[];

/** The heat strips under the answers of a turn: a stripe for each feature, as strong as its value among all of the turn. */
export class Heat {
  readonly #most: number[];

  /** @param turn what has the answers within */
  constructor(
    readonly features: readonly WatchedFeature[],
    private readonly turn: HTMLElement,
  ) {
    this.#most = features.map(() => 0);
    turn.style.setProperty("--strip", `${features.length * (STRIPE_PX + GAP_PX)}px`);
  }

  /** Text with the stripes of its tokens under it: of several at once the largest values. */
  piece(text: string, values: Values): HTMLElement {
    const largest = this.features.map((_, i) => Math.max(0, ...values.map((of) => of[i]!)));
    const told = this.features.map(({ label }, i) => `${label}: ${shown(largest[i]!)}`);
    const piece = element("span", { class: "piece", title: told.join("\n") }, text);
    piece.style.backgroundImage = `linear-gradient(${largest.map((value, i) => this.#stripe(value, i)).join(",")})`;
    return piece;
  }

  #stripe(value: number, i: number): string {
    if (value > this.#most[i]!) this.turn.style.setProperty(`--most-${i}`, String((this.#most[i] = value)));
    const share = value === 0 ? "0%" : `calc(100% * ${value} / var(--most-${i}))`;
    const colour = `color-mix(in srgb, var(--stripe-${i}) ${share}, var(--line))`;
    const [top, end] = [i * (STRIPE_PX + GAP_PX), i * (STRIPE_PX + GAP_PX) + STRIPE_PX];
    return `${colour} ${top}px ${end}px, transparent ${end}px ${end + GAP_PX}px`;
  }
}

/** Where in an answer each feature is strongest, in words. */
export class Peaks {
  readonly #items: HTMLElement[];
  readonly #peaks: number[];
  readonly list: HTMLElement;

  constructor(private readonly features: readonly WatchedFeature[]) {
    this.#peaks = features.map(() => 0);
    this.#items = features.map(({ label }) => element("span", {}, `${label}: not active`));
    const lines = this.#items.map((item, i) => element("li", {}, swatch(i), item));
    this.list = element("ul", { class: "peaks", "aria-label": "Strongest values of the features" }, ...lines);
  }

  add(text: string, values: readonly number[]): void {
    for (const [i, { label }] of this.features.entries()) {
      if (values[i]! <= this.#peaks[i]!) continue;
      this.#peaks[i] = values[i]!;
      this.#items[i]!.textContent = `${label}: at most ${shown(values[i]!)}, at “${text}”`;
    }
  }
}

function shown(value: number): string {
  return value === 0 ? "0" : value.toPrecision(3);
}
