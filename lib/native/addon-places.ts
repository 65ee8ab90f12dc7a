import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { SteeringError } from "../errors";
import { optionalDependency, PLATFORM } from "./platform";

/** The package that carries the addon for this platform, and whatever else is compiled for it. */
export const ADDON_PACKAGE = `@corrsteer/${PLATFORM}`;

/** Where a build of this package, by `corrsteer build` or in a checkout, puts the addon. */
export function builtAddon(root: string): string {
  return join(root, "build", "native", "Release", "corrsteer.node");
}

/**
 * The files that the addon may be, in the order in which they are tried: what was built here, then what the installed
 * platform package carries.
 *
 * @throws SteeringError `ERR_NATIVE_VERSION` when that package is not of this one's version
 */
export function addonPlaces(root: string): string[] {
  const directory = addonPackageDirectory(root);
  return [builtAddon(root), ...(directory ? [join(directory, "corrsteer.node")] : [])];
}

/** Where the platform package lies, looked up from `root`; undefined when it is not installed, and in a checkout. */
export function addonPackageDirectory(root: string): string | undefined {
  const expected = optionalDependency(ADDON_PACKAGE);
  if (expected === undefined) return undefined;
  const manifest = resolveFrom(root, `${ADDON_PACKAGE}/package.json`);
  if (manifest === undefined) return undefined;
  const { version } = JSON.parse(readFileSync(manifest, "utf8")) as { version: string };
  if (version !== expected) {
    throw new SteeringError(
      "ERR_NATIVE_VERSION",
      `this corrsteer needs ${ADDON_PACKAGE} ${expected}, but ${version} is installed: \`npm install ${ADDON_PACKAGE}@${expected}\``,
      { expected, found: version },
    );
  }
  return dirname(manifest);
}

function resolveFrom(root: string, file: string): string | undefined {
  try {
    return require.resolve(file, { paths: [root] });
  } catch {
    return undefined;
  }
}
