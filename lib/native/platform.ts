import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** The release of llama.cpp that the addon is built for, and whose libraries the packages below carry. */
export const LLAMA_RELEASE = "0.5.0";

/** What this process runs on, as Node names it, for example linux-x64. */
export const PLATFORM = `${process.platform}-${process.arch}`;

const PACKAGES: Readonly<Record<string, string>> = {
  "darwin-arm64": "mac-arm64-metal",
  "darwin-x64": "mac-x64",
  "linux-arm64": "linux-arm64",
  "linux-x64": "linux-x64",
  "win32-arm64": "win-arm64",
  "win32-x64": "win-x64",
};

/** Name of the package that carries llama.cpp's shared libraries for a platform; undefined where there is none. */
export function platformPackage(platform = PLATFORM): string | undefined {
  const name = PACKAGES[platform];
  return name && `@node-llama-cpp/${name}`;
}

/** The version of those packages, of the GPU backends' too: that of node-llama-cpp, with whose headers the addon is built. */
export function pinnedVersion(): string {
  return ownManifest().devDependencies["node-llama-cpp"]!;
}

/** The package that carries the addon for this platform, and whatever else is compiled for it; llama.cpp's comes with it. */
export const ADDON_PACKAGE = `@corrsteer/${PLATFORM}`;

/** The exact version of it that belongs to this package; undefined in a checkout, and where there is none. */
export function addonVersion(): string | undefined {
  return ownManifest().optionalDependencies?.[ADDON_PACKAGE];
}

function ownManifest() {
  return JSON.parse(readFileSync(join(__dirname, "..", "..", "package.json"), "utf8")) as {
    optionalDependencies?: Record<string, string>;
    devDependencies: Record<string, string>;
  };
}

/** Where the addon's package lies, looked up from `from`; undefined when not installed. */
export function addonPackageDirectory(from: string): string | undefined {
  const manifest = resolve(`${ADDON_PACKAGE}/package.json`, [from]);
  return manifest && dirname(manifest);
}

/**
 * Where the shared libraries of a package of llama.cpp's family lie, as the addon's package finds it, else looked up from
 * `from`; undefined when not installed.
 */
export function libraryDirectory(from: string, packageName = platformPackage()): string | undefined {
  if (!packageName) return undefined;
  const addon = addonPackageDirectory(from);
  // The package's `exports` hides its package.json; its main file is dist/index.js.
  const main = resolve(packageName, addon ? [addon, from] : [from]);
  const directory = main && join(dirname(main), "..", "bins", packageName.slice(packageName.indexOf("/") + 1));
  return directory && existsSync(directory) ? directory : undefined;
}

function resolve(file: string, paths: string[]): string | undefined {
  try {
    return require.resolve(file, { paths });
  } catch {
    return undefined;
  }
}
