import { button, byId, element } from "./element.js";

/** As many as there are colours that can be told apart. */
const MOST = 6;

/** A feature whose values are shown under the tokens. */
export interface WatchedFeature {
  readonly name: string;
  readonly label: string;
}

/** The features that are chosen to be seen under the tokens. */
export class Watched {
  readonly #chosen: WatchedFeature[] = [];
  readonly #list = byId("watched");

  constructor(private readonly say: (text: string) => void) {
    const name = byId<HTMLInputElement>("watch");
    byId("watch-form").addEventListener("submit", (event) => {
      event.preventDefault();
      if (name.value.trim() !== "") this.add({ name: name.value.trim(), label: name.value.trim() });
      name.value = "";
    });
  }

  get features(): readonly WatchedFeature[] {
    return [...this.#chosen];
  }

  add(feature: WatchedFeature): void {
    if (this.#chosen.some(({ name }) => name === feature.name)) return;
    if (this.#chosen.length === MOST) {
      this.say(`At most ${MOST} features at once: take one away first.`);
      return;
    }
    this.#chosen.push(feature);
    this.#show();
    this.say(`${feature.label} is shown under the tokens of the next answers.`);
  }

  #remove(at: number): void {
    this.#chosen.splice(at, 1);
    this.#show();
    byId("watch").focus();
  }

  #show(): void {
    const items = this.#chosen.map(({ label }, i) => {
      const remove = button("×", `No longer ${label}`, () => {
        this.#remove(i);
      });
      return element("li", {}, swatch(i), element("span", {}, label), remove);
    });
    this.#list.replaceChildren(...items);
  }
}

/** The colour of a feature, by its place. */
export function swatch(place: number): HTMLElement {
  return element("span", { class: `swatch stripe-${place}` });
}
