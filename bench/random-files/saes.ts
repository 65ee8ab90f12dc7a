import { linkSync, rmSync, writeFileSync } from "node:fs";
import { resolveKnownSaes, type KnownSaes } from "../../lib/sae/catalogue/resolve";
import type { CachedRepository } from "./cache";
import { writeGemmaScope } from "./gemma-scope";
import { llamaScopeConfig, writeLlamaScope } from "./llama-scope";
import { RandomNumbers } from "./numbers";

/** SAEs of the catalogue by name. */
export function knownSaes(name: string): KnownSaes {
  const known = resolveKnownSaes(name);
  if (!known) throw new Error(`--saes: the catalogue has no ${name}`);
  return known;
}

/**
 * Writes SAEs in their publisher's format where the repository has them, with random weights.
 *
 * @param nDistinct weights of others are links to these
 */
export async function writeSaes(
  repository: CachedRepository,
  { saes }: Pick<KnownSaes, "saes">,
  { narrowedBy, nDistinct }: { narrowedBy: number; nDistinct: number },
): Promise<void> {
  const written: string[] = [];
  for (const [i, { layer, dModel, dSae, files }] of saes.entries()) {
    const size = { dModel: dModel / narrowedBy, dSae: dSae / narrowedBy };
    const random = new RandomNumbers(`SAE of layer ${layer}`);
    for (const file of files) {
      const place = repository.place(file);
      if (file.endsWith(".json")) {
        writeFileSync(place, JSON.stringify(llamaScopeConfig(layer, size), null, 2));
        continue;
      }
      if (i >= nDistinct) {
        rmSync(place, { force: true });
        linkSync(written[i % nDistinct]!, place);
      } else if (file.endsWith(".npz")) writeGemmaScope(place, size, random);
      else await writeLlamaScope(place, size, random);
      written.push(place);
    }
  }
}
