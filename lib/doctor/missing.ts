import type { NativeDevice } from "../native/addon";
import { libraryRelease } from "../native/libraries";
import { LLAMA_RELEASE, libraryDirectory } from "../native/platform";
import { ADDED_BACKENDS, backendPackage, type AddedBackend } from "../native/plugins";

/** What was found of GPUs. */
export interface Found {
  readonly devices: readonly Pick<NativeDevice, "backend">[];
  readonly plugins: { readonly files: readonly string[]; readonly failures: readonly string[] };
}

/**
 * What keeps GPUs from being used: a sentence for each backend of this platform that has no device here.
 *
 * @param from the package that looks for theirs
 */
export function missingBackends(found: Found, from: string): string[] {
  return ADDED_BACKENDS.flatMap((backend) => {
    const name = backendPackage(backend);
    if (!name || found.devices.some((device) => device.backend.toLowerCase() === backend)) return [];
    return [`${backend}: ${reason(backend, name, found.plugins, from)}`];
  });
}

function reason(backend: AddedBackend, name: string, { files, failures }: Found["plugins"], from: string): string {
  const file = files.find((path) => path.includes(`ggml-${backend}.`));
  const failure = failures.find((message) => file !== undefined && message.includes(file));
  if (failure !== undefined) {
    const want = /libcu(dart|blas)/.test(failure) ? "CUDA 13's runtime" : "a driver";
    return `its backend does not load, most likely for want of ${want}: ${failure}`;
  }
  if (file !== undefined) {
    const advice = backend === "cuda" ? ": CUDA 13 needs NVIDIA's driver 580 or newer" : "";
    return `its backend is loaded, but finds no device${advice}`;
  }
  const directory = libraryDirectory(from, name);
  const add = `\`corrsteer install ${backend}\``;
  if (!directory) return `not installed; with a driver for it on this machine, ${add} adds the backend`;
  const release = libraryRelease(directory);
  if (release === LLAMA_RELEASE) return "its backend is installed, but CORRSTEER_BACKEND_PLUGINS lists others";
  return `its backend is of llama.cpp ${release}, not ${LLAMA_RELEASE}; ${add} replaces it`;
}
