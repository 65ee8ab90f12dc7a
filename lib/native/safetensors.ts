import type { Addon, NativeSafetensors } from "./addon";
import { loadAddon } from "./load";

/** What `read` makes of a safetensors file, which is closed then. @throws ERR_FILE_FORMAT */
export async function withSafetensors<T>(
  path: string,
  read: (file: NativeSafetensors) => T | Promise<T>,
  addon: Pick<Addon, "openSafetensors"> = loadAddon(),
): Promise<T> {
  const file = await addon.openSafetensors(path);
  try {
    return await read(file);
  } finally {
    file.close();
  }
}
