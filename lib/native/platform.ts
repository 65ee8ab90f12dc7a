import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** The release of llama.cpp that the addon is built for; the optional dependencies of package.json carry its libraries. */
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

/** Name of the package that carries llama.cpp's shared libraries for this platform; undefined where there is none. */
export function platformPackage(): string | undefined {
  const name = PACKAGES[PLATFORM];
  return name && `@node-llama-cpp/${name}`;
}

/** The version of those packages, of the GPU backends' too, that package.json pins. */
export function pinnedVersion(): string {
  return optionalDependency(platformPackage() ?? "")!;
}

/** The exact version of an optional dependency in this package's package.json; undefined where that does not name it. */
export function optionalDependency(name: string): string | undefined {
  const text = readFileSync(join(__dirname, "..", "..", "package.json"), "utf8");
  return (JSON.parse(text) as { optionalDependencies: Record<string, string> }).optionalDependencies[name];
}

/** Where the shared libraries of a package of that family lie, looked up from `from`; undefined when not installed. */
export function libraryDirectory(from: string, packageName = platformPackage()): string | undefined {
  if (!packageName) return undefined;
  const name = packageName.slice(packageName.indexOf("/") + 1);
  try {
    // The package's `exports` hides its package.json; its main file is dist/index.js.
    const main = require.resolve(packageName, { paths: [from] });
    const directory = join(dirname(main), "..", "bins", name);
    return existsSync(directory) ? directory : undefined;
  } catch {
    return undefined;
  }
}
