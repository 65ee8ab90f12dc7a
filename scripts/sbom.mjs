// sbom.mjs <folder> [file]: what an installation of this package in <folder> is made of; its package.json must have a
// version, as npm wants one. Prints each part with its licence, writes a CycloneDX document into the file, and fails on a
// licence that nobody has looked at.
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { BUNDLED, COMPILED } from "./notices.mjs";

const ACCEPTED = ["0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "BlueOak-1.0.0", "ISC", "MIT"];

const [folder, file] = process.argv.slice(2);
if (!folder) {
  console.error("usage: sbom.mjs <folder where the package is installed> [file]");
  process.exit(2);
}
const root = join(import.meta.dirname, "..");
const packageJson = (place, name) =>
  JSON.parse(readFileSync(join(place, "node_modules", name, "package.json"), "utf8"));
const installed = execFileSync("npm", ["sbom", "--sbom-format=cyclonedx"], { cwd: folder, encoding: "utf8" });
const sbom = JSON.parse(installed);
sbom.components.push(...[...BUNDLED, ...COMPILED].map(within));

/** Part of a package's own files, so that npm knows nothing of it. */
function within(name) {
  const { version, license } = packageJson(root, name);
  const identity = { "bom-ref": `${name}@${version}`, purl: `pkg:npm/${name}@${version}` };
  return { type: "library", name, version, scope: "required", ...identity, licenses: [{ license: { id: license } }] };
}

/** npm reads the field `license` alone; old packages have `licenses`. */
function licenceOf({ name, licenses }) {
  const said = (licenses ?? []).map(({ license, expression }) => expression ?? license.id ?? license.name);
  const old = () => packageJson(folder, name).licenses?.map(({ type }) => type) ?? [];
  return (said.length > 0 ? said : old()).join(" AND ") || "none";
}

const parts = sbom.components.map((part) => ({ ...part, licence: licenceOf(part) }));
for (const { name, version, licence } of parts.sort((a, b) => a.name.localeCompare(b.name, "en")))
  console.log(`${name} ${version}: ${licence}`);
if (file) writeFileSync(file, `${JSON.stringify(sbom, null, 2)}\n`);
const strange = parts.filter(({ licence }) => !ACCEPTED.includes(licence));
for (const { name, licence } of strange) console.error(`${name}: ${licence} is none of ${ACCEPTED.join(", ")}`);
process.exitCode = strange.length > 0 ? 1 : 0;
