import { z } from "zod";
import { cacheFolder } from "../../files/cache-folder";
import { sha256Of } from "../../files/hash";
import { loadAddon } from "../../native/load";

/** How llama.cpp ended a process, and what it said last. */
const crash = z.object({ ending: z.string(), log: z.string() });
export type Crash = z.infer<typeof crash>;

/** What became of the process that loaded a model first. */
export const verdict = z.object({ format: z.literal(1), crash: crash.nullable() });
export type Verdict = z.infer<typeof verdict>;

/** Where the verdict on a model lies: it is on this release of llama.cpp, and on this hardware, too. */
export function verdictPath(sha256: string, device: string): string {
  const addon = loadAddon();
  const hardware = addon.devices().map(({ name, description }) => [name, description]);
  const where = sha256Of([JSON.stringify([addon.loadedRelease, device, hardware])]);
  return cacheFolder("verdicts", `${sha256}-${where.slice(0, 16)}.json`);
}
