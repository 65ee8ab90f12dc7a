import { existsSync } from "node:fs";
import { SteeringError } from "../errors";
import { builtAddon } from "./addon-places";
import {
  ADDON_PACKAGE,
  addonPackageDirectory,
  addonVersion,
  libraryDirectory,
  pinnedVersion,
  PLATFORM,
  platformPackage,
} from "./platform";

/** Why npm has not installed what is an optional dependency for this very platform. */
const LEFT_OUT =
  "npm leaves it out with --omit=optional or --no-optional, with a lock file that was made on another system, and on Linux without glibc";

/** What is said where the addon or llama.cpp's libraries are not there; undefined where both are. */
export function missingPackage(root: string): SteeringError | undefined {
  const libraries = platformPackage();
  if (!libraries) return notLoadable(`there is no llama.cpp for ${PLATFORM}`, []);
  const hasLibraries = libraryDirectory(root) !== undefined;
  const version = addonVersion();
  const built = builtAddon(root);
  if (!existsSync(built) && version === undefined) {
    const advice = "compile it: `corrsteer build`, in a checkout `npm run build`";
    return notLoadable(`the native addon is not built here, and not prebuilt for ${PLATFORM}: ${advice}`, [built]);
  }
  if (!existsSync(built) && !addonPackageDirectory(root)) {
    return notInstalled(ADDON_PACKAGE, version!, hasLibraries ? ", `corrsteer build` compiles the addon here" : "");
  }
  return hasLibraries ? undefined : notInstalled(libraries, pinnedVersion());
}

function notInstalled(name: string, version: string, otherwise = ""): SteeringError {
  const advice = `\`npm install ${name}@${version}\` adds it${otherwise}`;
  return notLoadable(`${name} is not installed (${LEFT_OUT}): ${advice}`, [name]);
}

function notLoadable(message: string, tried: readonly string[]): SteeringError {
  return new SteeringError("ERR_NATIVE_LOAD", message, { tried });
}
