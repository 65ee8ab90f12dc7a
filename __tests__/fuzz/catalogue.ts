import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { RandomBelow } from "../../lib/statistics/random";
import { built } from "./built";
import { damage, edge, pick } from "./bytes";
import type { Kind } from "./kind";

const { knownReleases } = built("./sae/catalogue/releases.js") as typeof import("../../lib/sae/catalogue/releases");
const { resolveKnownSaes } = built("./sae/catalogue/resolve.js") as typeof import("../../lib/sae/catalogue/resolve");
const reference = built("./hub/reference.js") as typeof import("../../lib/hub/reference");

const FILE = "name.json";
const HUB = "https://huggingface.co";
const REFERENCES = [
  ...["hf:user/repo:Q4_K_M@v1.0", "hf:user/repo/a/b.gguf", "hf:datasets/cais/mmlu@refs/pr/1", `${HUB}/user/repo`],
  ...[`${HUB}/user/repo/resolve/main/a%20b.gguf?download=true`, `${HUB}/datasets/user/repo/blob/main/a.csv`],
];
const WORDS = [
  ...[
    "..",
    "../..",
    "/",
    "//",
    "\\",
    ":",
    "@",
    "@main",
    "%2e%2e%2f",
    "%",
    "%zz",
    "%00",
    "\0",
    "\ud800",
    "ü",
    " ",
    "hf:",
  ],
  ...[
    "__proto__",
    "constructor",
    "C:",
    "?",
    "#",
    "datasets/",
    "resolve/main/",
    "--",
    "a".repeat(300),
    "width_16k",
    ":Q4",
  ],
];

/** What a user types for an SAE or a model: a name of the catalogue, a reference to the hub, its layers. */
interface Typed {
  readonly name: string;
  readonly layers: "all" | readonly number[];
}

export const catalogue: Kind = {
  originals: [...REFERENCES, ...["gemma-scope-2b-pt-res-canonical", "gemma-2-2b/12-gemmascope-res-16k"]],
  put: (name, folder) => write(folder, { name, layers: "all" }),

  make(random, folder) {
    const typed = { name: change(known(random), random), layers: layers(random) };
    const sizeBytes = write(folder, typed);
    return { name: JSON.stringify(typed).slice(0, 120), sizeBytes };
  },

  async open(folder) {
    const { name, layers } = JSON.parse(readFileSync(join(folder, FILE), "utf8")) as Typed;
    if (reference.isReference(name)) openReference(name);
    else openName(name, layers);
  },
};

function write(folder: string, typed: Typed): number {
  const text = JSON.stringify(typed);
  writeFileSync(join(folder, FILE), text);
  return text.length;
}

function known(random: RandomBelow): string {
  if (random(3) === 0) return pick(random, REFERENCES);
  const { name, sets } = pick(random, knownReleases());
  const set = pick(random, sets);
  const { id, neuronpediaId } = pick(random, set.saes);
  return pick(random, [name, `${name}/${set.name}`, `${name}/${id}`, neuronpediaId ?? name]);
}

function change(name: string, random: RandomBelow): string {
  const at = random(name.length + 1);
  return pick(random, [
    () => name,
    () => `${name}@${pick(random, WORDS)}`,
    () => name.slice(0, at) + pick(random, WORDS) + name.slice(at),
    () => name.slice(0, at) + pick(random, WORDS) + name.slice(at + random(8)),
    () => name.slice(0, at),
    () => damage(random, Buffer.from(name)).bytes.toString("utf8"),
  ])();
}

function layers(random: RandomBelow): Typed["layers"] {
  if (random(2) === 0) return "all";
  return Array.from({ length: random(4) }, () => (random(4) === 0 ? Number(edge(random, 25n)) : random(26)));
}

function openReference(name: string): void {
  const found = reference.parseReference(name, HUB);
  if (found === undefined) return; // of another server
  const { path, quantisation, ...rest } = found;
  if (path !== undefined && !reference.isSafePath(path)) throw new Error(`${JSON.stringify(path)} leads elsewhere`);
  const text = reference.referenceText(found);
  const again = JSON.stringify(reference.parseReference(text, HUB));
  const same = JSON.stringify({ ...rest, ...(path !== undefined && { path }) });
  if (again !== same) throw new Error(`${text}, of quantisation ${quantisation ?? "none"}, is read as ${again}`);
}

function openName(name: string, layers: Typed["layers"]): void {
  const found = resolveKnownSaes(name, layers);
  if (!found) throw Object.assign(new Error("not of the catalogue"), { code: "ERR_SAE_FORMAT", details: {} });
  const { repo, revision, saes } = found;
  const stray = saes.find(({ layer }) => layers !== "all" && !layers.includes(layer));
  if (stray) throw new Error(`layer ${stray.layer}, which nobody asked for`);
  reference.parseReference(`hf:${repo}@${revision}`, HUB);
  const unsafe = saes.flatMap(({ files }) => files).find((path) => !reference.isSafePath(path));
  if (unsafe !== undefined) throw new Error(`${unsafe} leads elsewhere`);
}
