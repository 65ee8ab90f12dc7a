// The npm packages that a build takes: those of a checkout, else, for a package as it is installed, fetched beside what is
// built. Their versions are those that package.json names for a checkout.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const NAMES = ["cmake-js", "node-addon-api", "node-llama-cpp"];
const root = join(import.meta.dirname, "..");
const folder = join(root, "build", "packages");
const { devDependencies } = readJson(join(root, "package.json"));

/** Folders of the packages, by name. @throws an error that says what to do */
export function buildPackages() {
  if (NAMES.some((name) => !find(name))) fetchAll();
  return Object.fromEntries(NAMES.map((name) => [name, find(name)]));
}

/** As Node looks for it from within the build's folder: an installed package's build finds a project's own too. */
function find(name) {
  const places = createRequire(join(folder, "package.json")).resolve.paths(name);
  return places.map((place) => join(place, name)).find((place) => isWanted(name, place));
}

function isWanted(name, place) {
  const path = join(place, "package.json");
  return existsSync(path) && readJson(path).version === devDependencies[name];
}

/** Without the libraries of each platform, on which node-llama-cpp's own use depends. */
function fetchAll() {
  const wanted = NAMES.map((name) => `${name}@${devDependencies[name]}`);
  const options = ["--no-save", "--no-package-lock", "--ignore-scripts", "--omit=optional", "--omit=peer"];
  const command = ["install", ...options, "--prefix", folder, ...wanted];
  console.error(`corrsteer: npm ${command.join(" ")}`);
  mkdirSync(folder, { recursive: true });
  const isWindows = process.platform === "win32"; // npm is a script there, which a shell alone runs
  const stdio = ["ignore", process.stderr, process.stderr];
  const { status, error } = spawnSync("npm", isWindows ? command.map(quoted) : command, { stdio, shell: isWindows });
  if (status !== 0) throw new Error(`building needs ${wanted.join(", ")}, and npm ended with ${error ?? status}`);
}

function quoted(word) {
  return `"${word}"`;
}

function readJson(path) {
  return JSON.parse(readFileSync(path, "utf8"));
}
