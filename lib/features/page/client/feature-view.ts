import { contextList } from "./contexts";
import { element, facts, percent, shown } from "./element";
import type { FeatureData, LabelData, Near, PageData, TokenLogit } from "./format";

const RANGES = ["strongest fifth", "second fifth", "middle fifth", "fourth fifth", "weakest fifth"];

/** All that is known of a feature. */
export function featureView(
  page: PageData,
  { name, dSae }: { name: string; dSae: number },
  feature: number,
  data: FeatureData,
  label: LabelData | undefined,
  linkOf: (feature: number | undefined) => string,
): HTMLElement {
  const { active, meanActivation, top, ranges, promoted, suppressed, nearest, together } = data;
  const steps = element(
    "p",
    { class: "steps" },
    element("a", { href: linkOf(undefined) }, "All features"),
    ...(feature > 0 ? [element("a", { href: linkOf(feature - 1), rel: "prev" }, "← Previous")] : []),
    ...(feature + 1 < dSae ? [element("a", { href: linkOf(feature + 1), rel: "next" }, "Next →")] : []),
  );
  const shares = facts([
    ["active on", `${percent(active / page.rows)} of rows (${active})`],
    ["mean where active", shown(meanActivation)],
    ["largest", shown(top[0]?.[1] ?? 0)],
  ]);
  const links = (title: string, note: string, near: readonly Near[]) =>
    element(
      "div",
      {},
      element("h3", {}, title),
      near.length === 0
        ? element("p", { class: "note" }, "None.")
        : element("p", {}, ...near.flatMap(([other, value]) => [chip(linkOf(other), other, value), " "])),
      element("p", { class: "note" }, note),
    );
  const shownRanges = ranges
    .map((contexts, i) => ({ contexts, title: RANGES[i] ?? "" }))
    .filter(({ contexts }) => contexts.length > 0);
  return element(
    "section",
    {},
    steps,
    element("h2", { tabindex: "-1" }, `${name}:${feature}`),
    ...(label ? [labelLine(label)] : []),
    element("article", {}, shares),
    tokensLine("promotes", promoted),
    tokensLine("suppresses", suppressed),
    element(
      "div",
      { class: "halves" },
      links("Nearest by direction", "Cosine of the decoder's directions.", nearest),
      links("Active together", "Correlation of activations over all rows, to about 0.04.", together),
    ),
    element("h3", {}, "Strongest contexts"),
    top.length === 0 ? element("p", { class: "note" }, "It is active nowhere in the text.") : contextList(page, top),
    ...(shownRanges.length === 0 ? [] : [element("h3", {}, "Drawn from all on which it is active")]),
    ...shownRanges.map(({ contexts, title }) => rangeDetails(page, title, contexts)),
  );
}

function chip(href: string, feature: number, value: number): HTMLElement {
  return element("span", { class: "chip" }, element("a", { href }, String(feature)), ` ${value.toFixed(2)}`);
}

function labelLine({ label, model, right, n, p }: LabelData): HTMLElement {
  const score = `balanced accuracy ${percent(right / n)} of ${n} contexts that were held out (p ${shown(p)}), by ${model}`;
  return element("p", { class: "label" }, element("strong", {}, label), element("small", {}, score));
}

function tokensLine(name: string, entries: readonly TokenLogit[]): HTMLElement {
  const tokens = entries.map(([token, logit]) =>
    element("code", { title: `logit ${shown(logit)}`, dir: "auto" }, token),
  );
  return element("p", { class: "tokens" }, element("span", {}, name), " ", ...tokens.flatMap((token) => [token, " "]));
}

/** Its texts are loaded when it is opened. */
function rangeDetails(page: PageData, title: string, contexts: FeatureData["top"]): HTMLElement {
  const [first, last] = [contexts[0]!, contexts.at(-1)!];
  const summary = element("summary", {}, `${title}: ${shown(last[1])} to ${shown(first[1])}`);
  const details = element("details", {}, summary);
  details.addEventListener("toggle", () => details.append(contextList(page, contexts)), { once: true });
  return details;
}
