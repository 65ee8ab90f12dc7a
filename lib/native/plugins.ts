import { existsSync, readdirSync } from "node:fs";
import { delimiter, join } from "node:path";
import { invalidArgument } from "../errors";
import { libraryRelease } from "./libraries";
import { LLAMA_RELEASE, libraryDirectory, PLATFORM } from "./platform";

/** Backends that a user may add. */
export const ADDED_BACKENDS = ["cuda", "vulkan"] as const;
export type AddedBackend = (typeof ADDED_BACKENDS)[number];

/** Where packages carry them; their copies of libllama are never loaded. */
const PLATFORMS: Readonly<Record<string, string>> = { "linux-x64": "linux-x64", "win32-x64": "win-x64" };

/** The package that carries a backend for this platform; undefined where there is none. */
export function backendPackage(backend: AddedBackend): string | undefined {
  const platform = PLATFORMS[PLATFORM];
  return platform && `@node-llama-cpp/${platform}-${backend}`;
}

/** The files that the environment variable `CORRSTEER_BACKEND_PLUGINS` lists; undefined when it is not set. */
function listedPlugins(): string[] | undefined {
  const files = process.env["CORRSTEER_BACKEND_PLUGINS"]?.split(delimiter).filter(Boolean);
  const missing = files?.find((file) => !existsSync(file));
  if (missing !== undefined) throw invalidArgument("CORRSTEER_BACKEND_PLUGINS", "existing files", missing);
  return files;
}

function installedPlugins(from: string): string[] {
  return ADDED_BACKENDS.flatMap((backend) => {
    const name = backendPackage(backend);
    const directory = name && libraryDirectory(from, name);
    if (!directory || libraryRelease(directory) !== LLAMA_RELEASE) return [];
    return readdirSync(directory)
      .filter((file) => new RegExp(`^(lib)?ggml-${backend}\\.(so|dll)$`).test(file))
      .map((file) => join(directory, file));
  });
}

export interface BackendPlugins {
  /** Asked for by name: one that does not load is an error. */
  required: string[];
  /** Found installed: they come with node-llama-cpp whether or not the machine has the driver, so each may fail. */
  optional: string[];
}

/**
 * The device backends to load on top of the platform package's own: those that `CORRSTEER_BACKEND_PLUGINS` lists (an
 * empty value: none), else those of the device packages that can be resolved from `from` and are of the addon's release.
 *
 * @throws TypeError `ERR_INVALID_ARGUMENT` when a listed file does not exist
 */
export function backendPlugins(from: string): BackendPlugins {
  const listed = listedPlugins();
  return { required: listed ?? [], optional: listed ? [] : installedPlugins(from) };
}
