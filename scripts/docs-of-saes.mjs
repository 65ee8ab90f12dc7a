// docs/saes.md, from the catalogue.
import { createRequire } from "node:module";
import { join } from "node:path";

const require = createRequire(import.meta.url);

const HEAD = `# Public SAEs

Written by \`npm run docs\` from the catalogue (\`lib/sae/catalogue\`), which says of each release where it is from. A row is what
\`--sae <name>\` gives: one SAE a layer, of which \`--layers\` takes some; only these are downloaded.

- \`--sae <name>/<set>\` is another set of the release, \`--sae <name>/<id>\` one SAE by its id in SAELens' registry
  (\`llama_scope_lxr_8x/l12r_8x\`), and the id of a dashboard (\`gemma-2-2b/12-gemmascope-res-16k\`) the SAE that it shows.
  \`<name>@<revision>\` is a branch, tag or commit.
- Memory is that of a layer's encoder, kept as f32, f16 or q8_0 (\`--weight-type\`). One layer has to fit; up to 0.5 GiB of them stay, of a GPU's memory up to 4.
- \`--model\` above a table is of a repository with the model as GGUF files, as public pages and code name it; \`corrsteer models\`
  says what of it fits a machine.
- L0 is how many features the publisher says are active of a token, at the first layer and at the last.
- In italics: what nobody here has seen written by the publisher. Whether licences suit you is yours to see.

All have been compared with SAELens' registry where that has them: \`scripts/check-catalogue.mjs\` says how. None was downloaded
to write this.
`;

/** The page, whole. */
export function saesPage() {
  const { knownReleases } = require(join(import.meta.dirname, "..", "dist", "sae", "catalogue", "releases.js"));
  const { knownModel } = require(join(import.meta.dirname, "..", "dist", "sae", "catalogue", "models.js"));
  const models = byModel(knownReleases());
  const sections = [...models].map(
    ([model, releases]) => `## ${model}\n\n${ggufLine(knownModel(model))}${table(releases)}\n`,
  );
  return `${HEAD}\n${sections.join("\n")}`;
}

/** Where GGUF files of a model are, in one line. */
function ggufLine({ gguf }) {
  const { ggufReference } = require(join(import.meta.dirname, "..", "dist", "sae", "catalogue", "models.js"));
  const named = gguf.map((file) => {
    const size = file.sizeBytes && `${(file.sizeBytes / 1e9).toFixed(1)} GB`;
    const remarks = [size, file.of && `of ${file.of}`].filter(Boolean).join(", ");
    return `\`--model ${ggufReference(file)}\`${remarks && ` (${remarks})`}`;
  });
  return named.length > 0 ? `${named.join("; ")}\n\n` : "";
}

function byModel(releases) {
  const models = new Map();
  for (const release of releases) models.set(release.model, [...(models.get(release.model) ?? []), release]);
  return models;
}

function table(releases) {
  const rows = releases.map(({ name, publisher, sets, licence, unverified, note }) => {
    const [{ name: first, saes }, ...others] = sets;
    const [from, to] = [saes[0], saes.at(-1)];
    const l0 = from.l0 === undefined ? "" : [...new Set([from.l0, to.l0])].join(" to ");
    const remarks = [unverified && `_${unverified}_`, note].filter(Boolean).join("; ");
    const named = others.length > 0 ? `\`${first}\`; also ${others.map((set) => `\`${set.name}\``).join(", ")}` : "";
    return [
      ...[`\`${name}\``, publisher, layersText(saes), from.dSae.toLocaleString("en"), memory(from), l0],
      ...[saes.some(({ neuronpediaId }) => neuronpediaId) ? "yes" : "", named, licence ?? "", remarks],
    ];
  });
  const header = [
    "`--sae`",
    "by",
    "layers",
    "features",
    "MB a layer",
    "L0",
    "dashboards",
    "sets",
    "licence",
    "remarks",
  ];
  return [header, header.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

function memory({ dModel, dSae }) {
  const mb = (bytes) => Math.round((bytes * dModel * dSae) / 1e6).toLocaleString("en");
  return [4, 2, 34 / 32].map(mb).join(" / ");
}

function layersText(saes) {
  const layers = [...new Set(saes.map(({ layer }) => layer))];
  const isRange = layers.length > 2 && layers.at(-1) - layers[0] === layers.length - 1;
  const site = saes.every(({ site }) => site === "resid_pre") ? " (resid_pre)" : "";
  return (isRange ? `${layers[0]} to ${layers.at(-1)}` : layers.join(", ")) + site;
}
