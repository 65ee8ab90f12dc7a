import { z } from "zod";
import { checkArguments } from "../../arguments/check";
import { finite, listOf, text } from "../../arguments/kinds";
import { invalidArgument, outOfRange } from "../../errors";
import { knownReleases, type KnownRelease, type KnownSae } from "./releases";

/** What a name of the catalogue stands for: files of a repository on the Hugging Face hub, and how to read them. */
export interface KnownSaes {
  readonly release: KnownRelease;
  readonly repo: string;
  readonly revision: string;
  readonly saes: readonly KnownSae[];
}

const resolveArguments = z.object({
  name: text(),
  layers: z.union([z.literal("all"), listOf(finite(), "layers")], '"all", or a list of layers'),
});

/**
 * What a name stands for, with `@revision` behind it if not the repository's main branch:
 *
 * - a release, as in SAELens' registry ("gemma-scope-2-270m-it-res"): its first set of SAEs, one a layer;
 * - `release/set` ("gemma-scope-2b-pt-res-canonical/width_65k");
 * - `release/sae_id`, as SAELens has it ("llama_scope_lxr_8x/l12r_8x");
 * - the id of a dashboard on neuronpedia.org ("gemma-2-2b/12-gemmascope-res-16k").
 *
 * @param layers those wanted; all unless given
 * @returns undefined for a name that is none of these
 * @throws TypeError `ERR_INVALID_ARGUMENT` for a known release without that set or SAE; RangeError `ERR_OUT_OF_RANGE` for a
 * layer without an SAE
 */
export function resolveKnownSaes(name: string, layers: "all" | readonly number[] = "all"): KnownSaes | undefined {
  checkArguments(resolveArguments, { name, layers });
  const [, plain, revision = "main"] = /^(.+?)(?:@([^@]+))?$/.exec(name) ?? [];
  if (plain === undefined) return undefined;
  const found = inRelease(plain) ?? byDashboard(plain);
  if (!found) return undefined;
  return { ...found, repo: found.release.repo, revision, saes: ofLayers(name, found.saes, layers) };
}

interface Found {
  readonly release: KnownRelease;
  readonly saes: readonly KnownSae[];
}

function inRelease(name: string): Found | undefined {
  const release = knownReleases().find((one) => name === one.name || name.startsWith(`${one.name}/`));
  if (!release) return undefined;
  const [first] = release.sets;
  if (name === release.name) return { release, saes: first!.saes };
  const rest = name.slice(release.name.length + 1);
  const set = release.sets.find((one) => one.name === rest);
  if (set) return { release, saes: set.saes };
  const sae = release.sets.flatMap(({ saes }) => saes).find(({ id }) => id === rest);
  if (sae) return { release, saes: [sae] };
  const sets = release.sets.map((one) => one.name).join(", ");
  throw invalidArgument("sae", `of ${release.name} a set (${sets}) or an id such as ${first!.saes[0]!.id}`, rest);
}

function byDashboard(id: string): Found | undefined {
  for (const release of knownReleases())
    for (const { saes } of release.sets) {
      const sae = saes.find(({ neuronpediaId }) => neuronpediaId === id);
      if (sae) return { release, saes: [sae] };
    }
  return undefined;
}

function ofLayers(name: string, saes: readonly KnownSae[], layers: "all" | readonly number[]): readonly KnownSae[] {
  if (layers === "all") return saes;
  const there = [...new Set(saes.map(({ layer }) => layer))];
  const stray = layers.find((layer) => !there.includes(layer));
  if (stray !== undefined) throw outOfRange("layers", `layers that ${name} has (${there.join(", ")})`, stray);
  return saes.filter(({ layer }) => layers.includes(layer));
}
