import { type Dose, dosesOf, labelOf, rounded } from "./dose.js";
import { button, byId, element, linksTo } from "./element.js";
import type { BrokenProfile, Profile, RunFeature, ServedModel } from "./served.js";
import { MOST_TIMES, sliderOf } from "./slider.js";
import { type Steering, steeringOf } from "./steering.js";
import type { Watched } from "./watched.js";

const select = byId<HTMLSelectElement>("profile");
const about = byId("profile-about");
const master = byId<HTMLInputElement>("scale");
const masterValue = byId<HTMLOutputElement>("scale-value");
const sliders = byId("doses");
const addedSliders = byId("added");
const strip = byId("layers");

/** The side of the page that says how answers are steered and chosen. */
export class Controls {
  #profile: Profile | undefined;
  #doses: Dose[] = [];
  /** Features beside the profile's. */
  readonly #added: Dose[] = [];

  constructor(
    private readonly model: ServedModel,
    private readonly profiles: readonly (Profile | BrokenProfile)[],
    private readonly watched: Watched,
  ) {
    const options = profiles.map(
      (each) => new Option("problem" in each ? `${each.name} (unusable)` : each.name, each.name),
    );
    select.append(new Option("none", ""), ...options);
    select.addEventListener("change", () => {
      this.#choose(select.value);
    });
    master.addEventListener("input", () => {
      this.#show();
    });
    byId("reset").addEventListener("click", () => {
      master.value = "1";
      for (const dose of this.#added) dose.times = 1;
      this.#showAdded();
      this.#choose(select.value);
    });
    const first = profiles.find((each) => !("problem" in each));
    select.value = first?.name ?? "";
    this.#choose(select.value);
  }

  get scale(): number {
    return Number(master.value);
  }

  get steering(): Steering {
    return steeringOf(this.#profile, this.#doses, this.#added, this.scale);
  }

  /** Adds a feature at the coefficient that was learned for it. */
  add({ name, native_layer: layer, coefficient, page, ...of }: RunFeature): void {
    if (this.#added.some(({ feature }) => feature === name)) return;
    const label = labelOf({ ...of, layer });
    this.#added.push({ layer, feature: name, unit: coefficient || 1, label, page, times: 1 });
    this.#showAdded();
  }

  #choose(name: string): void {
    const found = this.profiles.find((each) => each.name === name);
    this.#profile = found && !("problem" in found) ? found : undefined;
    about.textContent = aboutOf(found);
    this.#doses = this.#profile ? dosesOf(this.#profile) : [];
    sliders.replaceChildren(...this.#doses.map((dose, i) => this.#slider(dose, `dose-${i}`)));
    this.#show();
  }

  #showAdded(): void {
    const made = this.#added.map((dose, i) => {
      const remove = button("×", `Remove ${dose.label}`, () => {
        this.#added.splice(i, 1);
        this.#showAdded();
        select.focus();
      });
      return this.#slider(dose, `added-${i}`, remove);
    });
    addedSliders.replaceChildren(...made);
    this.#show();
  }

  #slider(dose: Dose, id: string, ...tools: readonly HTMLElement[]): HTMLElement {
    const { feature: name, label, page } = dose;
    const links = linksTo(page, "page", `page: what ${label} is active on`);
    const watch = () => {
      this.watched.add({ name: name!, label });
    };
    const own = name === null ? [] : [button("watch", `Watch ${label}`, watch)];
    const changed = () => {
      this.#show();
    };
    return sliderOf(dose, id, changed, [...own, ...links, ...tools]);
  }

  /** The strip of layers: how many times of what was learned each gets, at most. */
  #show(): void {
    const doses = [...this.#doses, ...this.#added];
    master.disabled = doses.length === 0;
    masterValue.textContent = String(this.scale);
    const times = new Map<number, number>();
    for (const { layer, times: own } of doses) {
      const dose = own * this.scale;
      if (Math.abs(dose) >= Math.abs(times.get(layer) ?? 0)) times.set(layer, dose);
    }
    const cells = Array.from({ length: this.model.n_layer }, (_, layer) => {
      const dose = times.get(layer) ?? 0;
      const kind = dose === 0 ? "" : dose > 0 ? "more" : "less";
      const cell = element("span", { class: `cell ${kind}`, title: `layer ${layer}: ${rounded(dose)} times` });
      cell.style.setProperty("--dose", String(Math.min(1, Math.abs(dose) / MOST_TIMES)));
      return cell;
    });
    strip.replaceChildren(...cells);
    const steered = [...times]
      .filter(([, dose]) => dose !== 0)
      .map(([layer, dose]) => `${layer} (${rounded(dose)} times)`);
    strip.setAttribute("aria-label", `Steered layers: ${steered.join(", ") || "none"}, of ${this.model.n_layer}`);
  }
}

function aboutOf(profile: Profile | BrokenProfile | undefined): string {
  if (!profile) return "The model as it is.";
  if ("problem" in profile) return profile.problem;
  const { task, features, layers, warning } = profile;
  const what = features.length === 0 ? `${layers.length} vectors` : `${features.length} features`;
  return `${what} from ${task}.${warning === null ? "" : ` ${warning}`}`;
}
