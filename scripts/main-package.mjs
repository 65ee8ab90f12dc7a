// The main package, for every platform: what package.json lists, but with the platforms' packages for dependencies where a
// checkout, which builds its own addon of a version that is published nowhere yet, has llama.cpp's.
import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { npm } from "./npm.mjs";
import { PLATFORMS, platformPackageName } from "./platform-package.mjs";

const OF_THE_CHECKOUT = ["private", "scripts", "overrides"];
const root = join(import.meta.dirname, "..");

/** Makes the folder `out` the package. */
export function placeMainPackage(out) {
  rmSync(out, { recursive: true, force: true });
  const [{ files }] = JSON.parse(npm(["pack", "--dry-run", "--json"], root));
  for (const { path } of files) cpSync(join(root, path), join(out, path));
  writeFileSync(join(out, "package.json"), `${JSON.stringify(manifest(), null, 2)}\n`);
  return out;
}

function manifest() {
  const checkout = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const published = Object.entries(checkout).filter(([key]) => !OF_THE_CHECKOUT.includes(key));
  const platforms = PLATFORMS.map((platform) => [platformPackageName(platform), checkout.version]);
  return { ...Object.fromEntries(published), optionalDependencies: Object.fromEntries(platforms) };
}
