import { readdirSync, readFileSync } from "node:fs";
import { constants } from "node:os";
import { delimiter, join } from "node:path";

/** The release of llama.cpp that a platform package's libraries were built from, for example "0.5.0". */
export function libraryRelease(directory: string): string {
  const metadata = JSON.parse(readFileSync(join(directory, "_nlcBuildMetadata.json"), "utf8")) as {
    buildOptions: { llamaCpp: { release: string } };
  };
  return metadata.buildOptions.llamaCpp.release.replace(/^v/, "");
}

/** `RTLD_NODELETE`, which Node does not name: what is mapped stays mapped. */
const NO_DELETE = process.platform === "darwin" ? 0x80 : 0x1000;

/**
 * Makes the libraries of `directory` the ones that the addon binds to, wherever npm, pnpm or yarn put the two.
 *
 * The dynamic linker takes a library that is mapped already before it searches for one of the same soname. So libllama
 * is mapped by path first, and finds libggml beside itself. Node unmaps what is not an addon, and complains: hence the
 * flag, and the error that means success. The package's own llama-addon.node is not loaded for this, because that
 * redirects llama.cpp's log to stdout.
 *
 * @throws the linker's error when libllama cannot be mapped
 */
export function mapLibraries(directory: string): void {
  if (process.platform === "win32") {
    const path = process.env["PATH"] ?? "";
    if (!path.split(delimiter).includes(directory)) process.env["PATH"] = `${directory}${delimiter}${path}`;
    return;
  }
  const library = readdirSync(directory).find((file) => /^libllama\.v.*\.(so|dylib)$/.test(file));
  if (!library) throw new Error(`no libllama in ${directory}`);
  mapLibrary(join(directory, library));
}

/** Maps a library that is no addon, for others that need it. @throws the linker's error when it cannot be mapped */
export function mapLibrary(file: string): void {
  try {
    process.dlopen({ exports: {} }, file, constants.dlopen.RTLD_NOW | NO_DELETE);
  } catch (error) {
    if (!(error as Error).message.startsWith("Module did not self-register")) throw error;
  }
}
