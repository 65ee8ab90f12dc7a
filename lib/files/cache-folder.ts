import { homedir } from "node:os";
import { join } from "node:path";

/** Where lies what can be had again: `corrsteer` in `XDG_CACHE_HOME` or `~/.cache`, and in it `names`. */
export function cacheFolder(...names: readonly string[]): string {
  const { XDG_CACHE_HOME: caches } = process.env;
  return join(caches ? caches : join(homedir(), ".cache"), "corrsteer", ...names);
}
