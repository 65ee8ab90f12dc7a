import { existsSync } from "node:fs";
import { join } from "node:path";
import { invalidArgument, SteeringError } from "../errors";
import type { Addon, LogLevel } from "./addon";
import { mapCudaRuntime } from "./cuda-runtime";
import { addonPlaces } from "./addon-places";
import { libraryRelease, mapLibraries } from "./libraries";
import { missingPackage } from "./missing-package";
import { LLAMA_RELEASE, libraryDirectory, platformPackage } from "./platform";
import { backendPlugins } from "./plugins";
import { settleSoftwareDrivers } from "./software-driver";

/** This package's own folder, whether this file runs from lib/ or from dist/. */
const PACKAGE = join(__dirname, "..", "..");

let loaded: Addon | undefined;
const failures: Error[] = [];

const LOG_LEVELS: readonly LogLevel[] = ["inherit", "silent", "error", "warn", "info", "debug"];

/** Why installed device backends were left out, for example because the machine has no driver for them. */
export function backendFailures(): readonly Error[] {
  return failures;
}

/**
 * The native addon with its backends loaded, once for each thread's module registry.
 *
 * @throws SteeringError `ERR_NATIVE_LOAD` when a library or the addon is missing or does not load, `ERR_NATIVE_VERSION`
 * when the libraries or the addon are of another llama.cpp release than this package
 * @throws TypeError `ERR_INVALID_ARGUMENT` for an environment variable of ours that makes no sense
 */
export function loadAddon(): Addon {
  return (loaded ??= load(PACKAGE));
}

function load(root: string): Addon {
  const missing = missingPackage(root);
  if (missing) throw missing;
  const backendDirectory = checkedLibraries(root);
  const addon = openAddon(root, backendDirectory);
  if (addon.builtForRelease !== LLAMA_RELEASE) throw otherRelease("the addon was built for", addon.builtForRelease);
  addon.setLogLevel(logLevel());
  const { required, optional } = backendPlugins(root);
  addon.initialize({ backendDirectory, plugins: [] });
  for (const plugin of required) loadPlugin(addon, backendDirectory, plugin);
  for (const plugin of optional) {
    try {
      loadPlugin(addon, backendDirectory, plugin);
    } catch (error) {
      failures.push(error as Error);
    }
  }
  settleSoftwareDrivers(() => addon.devices());
  return addon;
}

function loadPlugin(addon: Addon, backendDirectory: string, plugin: string): void {
  const load = () => {
    addon.initialize({ backendDirectory, plugins: [plugin] });
  };
  try {
    load();
  } catch (error) {
    if (!mapCudaRuntime(plugin)) throw error;
    load();
  }
}

/** What the environment variable `CORRSTEER_LOG` says; unset and empty are silent. */
function logLevel(): LogLevel {
  const level = process.env["CORRSTEER_LOG"] || "silent";
  const known = LOG_LEVELS.find((name) => name === level);
  if (!known) throw invalidArgument("CORRSTEER_LOG", `one of ${LOG_LEVELS.join(", ")}`, level);
  return known;
}

function checkedLibraries(root: string): string {
  const directory = libraryDirectory(root)!;
  const release = libraryRelease(directory);
  if (release !== LLAMA_RELEASE) throw otherRelease(`${platformPackage()} carries`, release);
  return directory;
}

function openAddon(root: string, libraries: string): Addon {
  const tried: string[] = [];
  let cause: unknown;
  for (const file of addonPlaces(root)) {
    if (!existsSync(file)) {
      tried.push(`${file}: not there`);
      continue;
    }
    try {
      mapLibraries(libraries);
      return require(file) as Addon;
    } catch (error) {
      cause = error;
      tried.push(`${file}: ${(error as Error).message}`);
    }
  }
  throw new SteeringError(
    "ERR_NATIVE_LOAD",
    `the native addon could not be loaded (${tried.join("; ")}): install corrsteer again, or build it here: \`corrsteer build\`, in a checkout \`npm run build\``,
    { tried },
    { cause },
  );
}

function otherRelease(subject: string, found: string): SteeringError {
  return new SteeringError(
    "ERR_NATIVE_VERSION",
    `this corrsteer needs llama.cpp ${LLAMA_RELEASE}, but ${subject} ${found}: install the versions that its package.json names`,
    { expected: LLAMA_RELEASE, found },
  );
}
