import { existsSync, readdirSync } from "node:fs";
import { delimiter, join } from "node:path";
import { invalidArgument } from "../errors";
import { libraryRelease } from "./libraries";
import { LLAMA_RELEASE, libraryDirectory } from "./platform";

/** The packages whose backend a user may add; their copies of libllama are never loaded. */
const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  "linux-x64": ["@node-llama-cpp/linux-x64-cuda", "@node-llama-cpp/linux-x64-vulkan"],
  "win32-x64": ["@node-llama-cpp/win-x64-cuda", "@node-llama-cpp/win-x64-vulkan"],
};

/** The files that the environment variable `CORRSTEER_BACKEND_PLUGINS` lists; undefined when it is not set. */
function listedPlugins(): string[] | undefined {
  const files = process.env["CORRSTEER_BACKEND_PLUGINS"]?.split(delimiter).filter(Boolean);
  const missing = files?.find((file) => !existsSync(file));
  if (missing !== undefined) throw invalidArgument("CORRSTEER_BACKEND_PLUGINS", "existing files", missing);
  return files;
}

function installedPlugins(from: string): string[] {
  return (PACKAGES[`${process.platform}-${process.arch}`] ?? []).flatMap((name) => {
    const directory = libraryDirectory(from, name);
    if (!directory || libraryRelease(directory) !== LLAMA_RELEASE) return [];
    return readdirSync(directory)
      .filter((file) => /^(lib)?ggml-(cuda|vulkan)\.(so|dll)$/.test(file))
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
