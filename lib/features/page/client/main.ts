import { element } from "./element";
import { featureView } from "./feature-view";
import type { FeatureData, IndexData, LabelsData, PageData } from "./format";
import { indexView } from "./index-view";
import { load } from "./load";
import { type Index, readIndex } from "./search";

const page = JSON.parse(document.getElementById("features-data")!.textContent) as PageData;
const main = document.getElementById("features")!;
const indices = new Map<number, Promise<Index>>();
const labels = load<LabelsData>("labels");

function indexOf(sae: number): Promise<Index> {
  const known = indices.get(sae) ?? load<IndexData>(`sae/${sae}/index`).then(readIndex);
  indices.set(sae, known);
  return known;
}

const linkOf = (name: string, feature?: number) =>
  `#/${encodeURIComponent(name)}${feature === undefined ? "" : `/${feature}`}`;

/** What the address names: an SAE, and where there is one a feature. */
function place(): { sae: number; feature: number | undefined } {
  const [, name = "", feature] = location.hash.split("/");
  const sae = page.saes.findIndex((one) => one.name === decodeURIComponent(name));
  return { sae: Math.max(0, sae), feature: feature === undefined ? undefined : Number(feature) };
}

async function viewOf({ sae, feature }: ReturnType<typeof place>): Promise<HTMLElement> {
  const of = page.saes[sae]!;
  const named = (await labels)[of.name] ?? {};
  if (feature === undefined) {
    return indexView(page, of.name, await indexOf(sae), named, (feature) => linkOf(of.name, feature));
  }
  if (!Number.isInteger(feature) || feature < 0 || feature >= of.dSae) {
    throw new Error(`${of.name} has features 0 to ${of.dSae - 1}.`);
  }
  const file = Math.floor(feature / page.featuresAFile);
  const data = await load<FeatureData[]>(`sae/${sae}/${file}`);
  return featureView(page, of, feature, data[feature % page.featuresAFile]!, named[feature], (other) =>
    linkOf(of.name, other),
  );
}

let nShown = 0;

async function show(): Promise<void> {
  const wanted = place();
  const own = ++nShown;
  const view = await viewOf(wanted).catch((error: unknown) => {
    const message = element("p", { class: "warning", role: "alert" }, (error as Error).message);
    return element("section", {}, element("h2", { tabindex: "-1" }, "Nothing to show"), message);
  });
  if (own !== nShown) return; // another was asked for meanwhile
  main.replaceChildren(view);
  const { name } = page.saes[wanted.sae]!;
  document.title = `${wanted.feature === undefined ? name : `${name}:${wanted.feature}`}: corrsteer features`;
  for (const link of document.querySelectorAll("nav a")) {
    if (link.getAttribute("href") === linkOf(name)) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  if (own > 1) {
    view.querySelector("h2")?.focus({ preventScroll: true });
    scrollTo(0, 0);
  }
}

/** "/" goes to the search, the arrows to the neighbours of a feature, Escape back to all. */
function onKey(event: KeyboardEvent): void {
  const isTyping = (event.target as HTMLElement).closest("input,select,textarea") !== null;
  if (isTyping || event.altKey || event.ctrlKey || event.metaKey) return;
  const { sae, feature } = place();
  const { name } = page.saes[sae]!;
  if (event.key === "/") {
    event.preventDefault();
    if (feature !== undefined) location.hash = linkOf(name);
    else document.getElementById("search")?.focus();
  }
  if (feature === undefined) return;
  if (event.key === "Escape") location.hash = linkOf(name);
  const step = { ArrowLeft: "prev", ArrowRight: "next" }[event.key];
  const link = step === undefined ? null : main.querySelector<HTMLAnchorElement>(`a[rel=${step}]`);
  if (link && !document.activeElement?.closest(".scroll")) location.hash = link.hash;
}

addEventListener("hashchange", () => void show());
addEventListener("keydown", onKey);
void show();
