import { element, percent, shown } from "./element";
import type { LabelData, PageData } from "./format";
import { type Index, type Query, readLines, search } from "./search";

/** Rows of the table that are added at once. */
const PAGE = 100;

const FIELDS = [
  ["all", "tokens and text"],
  ["tokens", "tokens alone"],
  ["text", "text and labels"],
] as const;
const ORDERS = [
  ["feature", "by number"],
  ["largest", "largest activation first"],
  ["often", "most often active first"],
  ["seldom", "least often active first"],
] as const;

/** What was asked of each SAE's index, so that who comes back finds it again. */
const queries = new Map<string, Readonly<Record<string, string>>>();

/** All features of an SAE, and what looks for some of them. */
export function indexView(
  { rows }: PageData,
  name: string,
  index: Index,
  labels: Readonly<Record<string, LabelData>>,
  linkOf: (feature: number) => string,
): HTMLElement {
  const labelLines = readLines(Array.from(index.active, (_, feature) => labels[feature]?.label ?? "").join("\n"));
  const field = (name: string, text: string, input: HTMLElement) => {
    input.setAttribute("name", name);
    return element("label", {}, text, input);
  };
  const select = (options: readonly (readonly [string, string])[]) =>
    element("select", {}, ...options.map(([value, text]) => element("option", { value }, text)));
  const count = element("output", { "aria-live": "polite" });
  const form = element(
    "form",
    { class: "filters", role: "search" },
    field(
      "words",
      "Words, all of which are there",
      element("input", { type: "search", id: "search", autocomplete: "off" }),
    ),
    field("field", "in", select(FIELDS)),
    field("least", "active on at least (%)", percentInput("0")),
    field("most", "and at most (%)", percentInput("100")),
    field("order", "order", select(ORDERS)),
    count,
  );
  const body = element("tbody");
  const more = element("button", { type: "button" }, "More");
  let found: number[] = [];
  let nShown = 0;

  const row = (feature: number): HTMLElement =>
    element(
      "tr",
      {},
      element("th", { scope: "row" }, element("a", { href: linkOf(feature) }, String(feature))),
      element("td", {}, percent(index.active[feature]! / rows)),
      element("td", {}, shown(index.largest[feature]!)),
      tokensCell(index.peaks.lines[feature]!),
      tokensCell(index.promoted.lines[feature]!),
      element("td", { class: "text" }, ...about(feature)),
    );
  const about = (feature: number): (string | Node)[] => {
    const label = labels[feature]?.label;
    const context = element("small", { dir: "auto" }, index.contexts.lines[feature]!);
    return label === undefined ? [context] : [element("strong", {}, label), context];
  };
  const showMore = (): void => {
    body.append(...found.slice(nShown, nShown + PAGE).map(row));
    nShown = Math.min(found.length, nShown + PAGE);
    more.hidden = nShown === found.length;
  };
  const update = (): void => {
    const values = Object.fromEntries(new FormData(form)) as Record<string, string>;
    queries.set(name, values);
    found = search(index, labelLines, rows, {
      words: values["words"] ?? "",
      field: (values["field"] ?? "all") as Query["field"],
      least: Number(values["least"]) / 100,
      most: Number(values["most"] === "" ? 100 : values["most"]) / 100,
      order: (values["order"] ?? "feature") as Query["order"],
    });
    nShown = 0;
    body.replaceChildren();
    count.textContent = `${found.length} of ${index.active.length} features`;
    showMore();
  };
  for (const [name_, value] of Object.entries(queries.get(name) ?? {})) {
    (form.elements.namedItem(name_) as HTMLInputElement | HTMLSelectElement).value = value;
  }
  form.addEventListener("input", update);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
  });
  more.addEventListener("click", showMore);
  update();
  const headings = ["feature", "active on", "largest", "at its peaks", "promotes", "strongest context"];
  const head = element(
    "tr",
    {},
    ...headings.map((text, i) => element("th", { scope: "col", ...(i > 2 && { class: "text" }) }, text)),
  );
  const table = element("table", {}, element("thead", {}, head), body);
  const scroll = element("div", { class: "scroll", role: "region", tabindex: "0", "aria-label": "Features" }, table);
  return element("section", {}, element("h2", { tabindex: "-1" }, `Features of SAE ${name}`), form, scroll, more);
}

function percentInput(value: string): HTMLInputElement {
  return element("input", { type: "number", min: "0", max: "100", step: "any", value });
}

function tokensCell(line: string): HTMLElement {
  const tokens = line === "" ? [] : line.split("\t");
  return element("td", { class: "text tokens" }, ...tokens.map((token) => element("code", { dir: "auto" }, token)));
}
