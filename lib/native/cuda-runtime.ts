import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import { mapLibrary } from "./libraries";

/** What the CUDA backend takes of CUDA's runtime, each after what it needs itself. */
const LIBRARIES = ["libcudart.so.13", "libcublasLt.so.13", "libcublas.so.13"];

/** Where CUDA is installed without the linker being told. */
function usualFolders(): string[] {
  const { CUDA_HOME, CUDA_PATH } = process.env;
  return [CUDA_HOME, CUDA_PATH, "/usr/local/cuda"]
    .filter((root) => root !== undefined)
    .map((root) => join(root, "lib64"));
}

/**
 * Maps CUDA's runtime from where it is installed, for the CUDA backend to find.
 *
 * @returns whether all of it is there, and the plugin is that backend
 */
export function mapCudaRuntime(plugin: string, folders: readonly string[] = usualFolders()): boolean {
  if (basename(plugin) !== "libggml-cuda.so") return false;
  const folder = folders.find((each) => LIBRARIES.every((library) => existsSync(join(each, library))));
  if (folder === undefined) return false;
  for (const library of LIBRARIES) mapLibrary(join(folder, library));
  return true;
}
