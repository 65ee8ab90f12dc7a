import { readFileSync } from "node:fs";
import { join } from "node:path";
import { SteeringError } from "../errors";
import { ADDON_PACKAGE, addonPackageDirectory, addonVersion } from "./platform";

/** Where a build of this package, by `corrsteer build` or in a checkout, puts the addon. */
export function builtAddon(root: string): string {
  return join(root, "build", "native", "Release", "corrsteer.node");
}

/**
 * The files that the addon may be, in the order in which they are tried: what was built here, then what the installed
 * package of the platform carries.
 *
 * @throws SteeringError `ERR_NATIVE_VERSION` when that package is not of this one's version
 */
export function addonPlaces(root: string): string[] {
  const expected = addonVersion();
  const directory = addonPackageDirectory(root);
  if (!expected || !directory) return [builtAddon(root)];
  const { version } = JSON.parse(readFileSync(join(directory, "package.json"), "utf8")) as { version: string };
  if (version !== expected) {
    throw new SteeringError(
      "ERR_NATIVE_VERSION",
      `this corrsteer needs ${ADDON_PACKAGE} ${expected}, but ${version} is installed: \`npm install ${ADDON_PACKAGE}@${expected}\``,
      { expected, found: version },
    );
  }
  return [builtAddon(root), join(directory, "corrsteer.node")];
}
