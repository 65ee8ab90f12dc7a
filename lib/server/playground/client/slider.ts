import { type Dose, rounded } from "./dose.js";
import { element } from "./element.js";

const LEAST_TIMES = -2;
export const MOST_TIMES = 3;

/**
 * A slider of how much of a dose is added.
 *
 * @param changed called after each move
 * @param tools what else can be done with it
 */
export function sliderOf(dose: Dose, id: string, changed: () => void, tools: readonly HTMLElement[]): HTMLElement {
  const { label, unit, times } = dose;
  const [low, high] = [LEAST_TIMES * unit, MOST_TIMES * unit].sort((a, b) => a - b);
  const input = element("input", {
    ...{ type: "range", id, min: String(low), max: String(high), step: String(Math.abs(unit) / 20) },
    value: String(times * unit),
  });
  const output = element("output", { for: id }, String(rounded(times * unit)));
  input.addEventListener("input", () => {
    dose.times = Number(input.value) / unit;
    output.textContent = String(rounded(Number(input.value)));
    changed();
  });
  const title = element("label", { for: id }, label);
  return element("div", { class: "slider" }, title, input, output, element("span", { class: "tools" }, ...tools));
}
