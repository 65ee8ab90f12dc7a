import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { libraryDirectory, pinnedVersion } from "../../lib/native/platform";
import { type AddedBackend, backendPackage } from "../../lib/native/plugins";

const BUILD = join(__dirname, "..", "..", "build");

/** The backend's library, of a folder of its own under `build`, where npm puts the pinned package once. */
export function backendLibrary(backend: AddedBackend): string {
  const name = backendPackage(backend);
  if (!name) throw new Error(`there is no package of ${backend} for ${process.platform}-${process.arch}`);
  const folder = join(BUILD, backend);
  mkdirSync(folder, { recursive: true });
  if (!libraryDirectory(folder, name)) {
    const options = ["--no-save", "--no-package-lock", "--ignore-scripts", "--prefix", folder];
    execFileSync("npm", ["install", ...options, `${name}@${pinnedVersion()}`], { stdio: "inherit" });
  }
  return join(libraryDirectory(folder, name)!, `libggml-${backend}.so`);
}
