import { realpathSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { invalidArgument, SteeringError } from "../errors";
import { libraryDirectory, pinnedVersion, PLATFORM } from "../native/platform";
import { backendPackage, type AddedBackend } from "../native/plugins";
import { runToEnd } from "./run-to-end";

export interface InstallOptions {
  /** The project that corrsteer is a dependency of. @default the working directory */
  readonly directory?: string;
  /** Told the command before it is run. */
  readonly onCommand?: (command: string) => void;
}

/** This package's own folder, whether this file runs from lib/ or from dist/. */
const PACKAGE = join(__dirname, "..", "..");

/**
 * Adds the package that carries a GPU backend, of the release that this corrsteer needs, to the project that corrsteer is
 * installed in, by the project's npm.
 *
 * @returns the package, with its version
 * @throws ERR_INVALID_ARGUMENT where this platform has no such package or the project no corrsteer; ERR_NATIVE_LOAD when
 * npm fails, or installs it where it is not found
 */
export async function installBackend(
  backend: AddedBackend,
  { directory = process.cwd(), onCommand }: InstallOptions = {},
): Promise<string> {
  const name = backendPackage(backend);
  if (!name) {
    throw invalidArgument("backend", `a platform that has a package for ${backend}`, PLATFORM);
  }
  if (corrsteerOf(directory) !== realpathSync(PACKAGE)) {
    throw invalidArgument(
      "directory",
      "the project that this corrsteer is installed in (`npm install corrsteer`)",
      directory,
    );
  }
  const wanted = `${name}@${pinnedVersion()}`;
  const parts = ["install", "--save-exact", wanted];
  onCommand?.(["npm", ...parts].join(" "));
  await runToEnd("npm", parts, directory);
  if (!libraryDirectory(PACKAGE, name)) {
    throw new SteeringError("ERR_NATIVE_LOAD", `npm installed ${wanted} where ${PACKAGE} does not find it`, {
      tried: [name],
    });
  }
  return wanted;
}

/** The folder of the corrsteer that a project's own code would get. */
function corrsteerOf(directory: string): string | undefined {
  try {
    return realpathSync(dirname(createRequire(join(directory, "package.json")).resolve("corrsteer/package.json")));
  } catch {
    return undefined;
  }
}
