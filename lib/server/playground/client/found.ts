import { ask } from "./api.js";
import type { Controls } from "./controls.js";
import { labelOf } from "./dose.js";
import { button, byId, element, linksTo } from "./element.js";
import type { Run, RunFeature, RunFeatureDetail } from "./served.js";
import type { Watched } from "./watched.js";

const AT_ONCE = 10;
const PROMPT_LENGTH = 200;

const by = byId<HTMLSelectElement>("by");
const sought = byId<HTMLInputElement>("sought");
const list = byId("found");
const about = byId("found-about");
const more = byId<HTMLButtonElement>("more");

/** The features of the server's run: searched, and from there added to the steering or watched. */
export class Found {
  #query = new URLSearchParams();

  constructor(
    private readonly controls: Controls,
    private readonly watched: Watched,
  ) {
    by.addEventListener("change", () => {
      byId("sought-field").hidden = !this.#needsText;
    });
    byId("search").addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#search();
    });
    more.addEventListener("click", () => void this.#show());
  }

  /** Shows the first of them. @param task of the run */
  async open(task: string): Promise<void> {
    const { n, n_features: nFeatures, warning } = (await (await ask("/v1/run")).json()) as Run;
    byId("run-about").textContent = `${nFeatures} features from ${n} answers to ${task}.${warning === null ? "" : ` ${warning}`}`; // prettier-ignore
    byId("run").hidden = false;
    await this.#search();
  }

  get #needsText(): boolean {
    return by.value === "promotes" || by.value === "example";
  }

  async #search(): Promise<void> {
    const text = sought.value.trim();
    const asked = this.#needsText ? (text === "" ? {} : { [by.value]: text }) : { sort: by.value };
    this.#query = new URLSearchParams(asked);
    list.replaceChildren();
    await this.#show();
  }

  /** Asks for as many again. */
  async #show(): Promise<void> {
    const query = new URLSearchParams(this.#query);
    query.set("limit", String(AT_ONCE));
    query.set("offset", String(list.children.length));
    about.textContent = "Searching.";
    try {
      const response = await ask(`/v1/run/features?${query.toString()}`);
      const { total, data } = (await response.json()) as { total: number; data: RunFeature[] };
      list.append(...data.map((feature) => this.#item(feature)));
      about.textContent = `${list.children.length} of ${total} shown.`;
      more.hidden = list.children.length === total;
    } catch (error) {
      about.textContent = (error as Error).message;
    }
  }

  #item(feature: RunFeature): HTMLElement {
    const { name, native_layer: layer, usable, page } = feature;
    const label = labelOf({ ...feature, layer });
    const often = `active in ${Number((100 * feature.frequency).toPrecision(2))} % of the answers`;
    const steer = button("steer", `Steer by ${label}`, () => {
      this.controls.add(feature);
    });
    const watch = button("watch", `Watch ${label}`, () => {
      this.watched.add({ name, label });
    });
    steer.disabled = watch.disabled = !usable;
    const links = linksTo(page, "page", `page: what ${label} is active on`);
    const detail = element("details", {}, element("summary", {}, "tokens and examples"));
    detail.addEventListener("toggle", () => void showDetail(detail, name), { once: true });
    return element(
      "li",
      {},
      label,
      element("p", {}, often),
      element("p", { class: "buttons" }, steer, watch, ...links),
      detail,
    );
  }
}

async function showDetail(within: HTMLElement, name: string): Promise<void> {
  try {
    const response = await ask(`/v1/run/features/${encodeURIComponent(name)}`);
    const { promoted, suppressed, examples } = (await response.json()) as RunFeatureDetail;
    within.append(tokenLine("Promotes", promoted), tokenLine("Suppresses", suppressed));
    const items = examples.map(({ activation, prompt, completion, score }) => {
      const question = prompt.length > PROMPT_LENGTH ? `…${prompt.slice(-PROMPT_LENGTH)}` : prompt;
      return element("li", {}, `${activation.toPrecision(3)}, score ${score}: ${question} → ${completion}`);
    });
    within.append(element("ol", { "aria-label": "Strongest examples" }, ...items));
  } catch (error) {
    within.append(element("p", {}, (error as Error).message));
  }
}

function tokenLine(verb: string, tokens: RunFeatureDetail["promoted"]): HTMLElement {
  const told = tokens.map(({ token }) => `“${token}”`).join(" ");
  return element("p", {}, told === "" ? `${verb}: the SAE is not here.` : `${verb} ${told}`);
}
