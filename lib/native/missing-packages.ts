import { existsSync } from "node:fs";
import { SteeringError } from "../errors";
import { ADDON_PACKAGE, addonPackageDirectory, builtAddon } from "./addon-places";
import { libraryDirectory, optionalDependency, platformPackage, PLATFORM } from "./platform";

/** Why npm has not installed what is an optional dependency for this very platform. */
const LEFT_OUT =
  "npm leaves such packages out with --omit=optional or --no-optional, by a lock file that was made on another system, and on Linux without glibc";

/** What is said where llama.cpp's libraries, the addon or both are not there; undefined where both are. */
export function missingPackages(root: string): SteeringError | undefined {
  const libraries = platformPackage();
  if (!libraries) return notLoadable(`there is no llama.cpp for ${PLATFORM}`, []);
  const noAddon = !existsSync(builtAddon(root)) && !addonPackageDirectory(root);
  if (noAddon && optionalDependency(ADDON_PACKAGE) === undefined) {
    const advice = "compile it: `corrsteer build`, in a checkout `npm run build`";
    return notLoadable(`the native addon is not built here, and not prebuilt for ${PLATFORM}: ${advice}`, [
      builtAddon(root),
    ]);
  }
  const missing = [...(libraryDirectory(root) ? [] : [libraries]), ...(noAddon ? [ADDON_PACKAGE] : [])];
  return missing.length > 0 ? notInstalled(missing) : undefined;
}

function notInstalled(names: readonly string[]): SteeringError {
  const wanted = names.map((name) => `${name}@${optionalDependency(name)}`);
  const [are, them] = names.length > 1 ? ["are", "them"] : ["is", "it"];
  const build = names[0] === ADDON_PACKAGE ? ", `corrsteer build` compiles it here" : "";
  const advice = `\`npm install ${wanted.join(" ")}\` adds ${them}${build}`;
  return notLoadable(`${names.join(" and ")} ${are} not installed (${LEFT_OUT}): ${advice}`, names);
}

function notLoadable(message: string, tried: readonly string[]): SteeringError {
  return new SteeringError("ERR_NATIVE_LOAD", message, { tried });
}
