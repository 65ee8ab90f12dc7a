// The licences of what others have written and a package of ours has in it; what is a dependency comes with its own.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

/** In dist/: Vega's bundle, with all that it is made of. */
export const BUNDLED = ["vega"];
/** Compiled into the addon, with the headers of llama.cpp. */
export const COMPILED = ["node-addon-api", "node-api-headers"];

const root = join(import.meta.dirname, "..");
const LLAMA = "Copyright (c) 2023-2026 The ggml authors";

/** @throws where a part says no licence */
export function bundledNotices() {
  return textOf(licences(BUNDLED));
}

/** @throws where a part says no licence */
export function compiledNotices(llamaRelease) {
  const mit = readFileSync(join(root, "LICENSE"), "utf8").replace(/^Copyright.*$/m, LLAMA);
  return textOf(licences(COMPILED).set(`llama.cpp ${llamaRelease}, headers (MIT)`, mit.trim()));
}

/** Each licence under the parts that have it, with their versions. */
function textOf(parts) {
  const texts = [...new Set(parts.values())];
  const titles = (text) => [...parts.keys()].filter((title) => parts.get(title) === text).sort();
  return texts.map((text) => `${titles(text).join("\n")}\n\n${text}\n`).join(`\n${"-".repeat(80)}\n\n`);
}

function licences(names) {
  const parts = new Map();
  for (const name of names) add(name, join(root, "package.json"), parts);
  return parts;
}

function add(name, from, parts) {
  const places = createRequire(from)
    .resolve.paths(name)
    .map((place) => join(place, name));
  const folder = places.find((place) => existsSync(join(place, "package.json")));
  const { version, license, dependencies = {} } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const title = `${name} ${version} (${license})`;
  if (parts.has(title)) return;
  const file = readdirSync(folder).find((file) => /^(un)?licen[cs]e/i.test(file));
  if (!file) throw new Error(`${title}: it has no file with its licence`);
  parts.set(title, readFileSync(join(folder, file), "utf8").trim());
  for (const dependency of Object.keys(dependencies)) add(dependency, join(folder, "package.json"), parts);
}
