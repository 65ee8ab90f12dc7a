import { basename, relative } from "node:path";
import { z } from "zod";
import { checkArguments } from "../arguments/check";
import { finite, listOf, optionsOf, path as aPath, text } from "../arguments/kinds";
import { callback, layerList, oneOf, yesOrNo } from "../options/kinds";
import { errorCode, invalidArgument, outOfRange, SteeringError } from "../errors";
import { NORMALIZATIONS, type SaeConfigOptions } from "./config";
import { saesUnder } from "./find";
import { readFoundSae, type SaeFolder, type StoredSae } from "./folder";
import { fetchSaes } from "./fetch-saes";
import { sha256File } from "../files/hash";
import { nativeLayer } from "./hook-point";
import { saeIds, sharesId } from "./id";
import { layerInName } from "./layer-in-name";

const findArguments = z.object({
  source: z.union([aPath(), listOf(text(), "entries layer=path")], "a path, or a list of layer=path"),
  options: optionsOf({
    normScalingFactor: finite().optional(),
    center: yesOrNo().optional(),
    normalizeActivations: oneOf(NORMALIZATIONS).optional(),
    layers: layerList().optional(),
    onWarning: callback().optional(),
  }),
});

export interface FindSaesOptions extends Omit<SaeConfigOptions, "layer"> {
  /** Whose SAEs are wanted: one of a folder that cannot be read is passed over if its path names another layer. @default "all" */
  readonly layers?: "all" | readonly number[];
  /** Told of what was passed over. */
  readonly onWarning?: ((text: string) => void) | undefined;
}

/**
 * SAEs of one layer or several, by layer, in any format that docs/sae-formats.md names: those of a folder and of folders
 * within it, at most three down, that of a file, or those of a list of `layer=path` (of several at one path those of that
 * layer; of one whose configuration names its layer it must agree). What names SAEs of the hub or of the catalogue, as
 * `fetchSaes` takes it, is downloaded first.
 *
 * @throws SteeringError `ERR_SAE_FORMAT` when there is none, one is unreadable, or one is there twice
 */
export async function findSaes(asked: string | readonly string[], options: FindSaesOptions = {}): Promise<StoredSae[]> {
  checkArguments(findArguments, { source: asked, options });
  const { source } = await fetchSaes(asked);
  const found = typeof source === "string" ? await readAll(source, options) : await readEntries(source, options);
  if (found.length === 0) {
    const where = typeof source === "string" ? source : "an empty list";
    const reason = `no SAE of a known format in ${where}: docs/sae-formats.md names them`;
    throw new SteeringError("ERR_SAE_FORMAT", reason, { path: where, reason });
  }
  const named = await withIds(found);
  const repeated = named.find(({ id }, i) => named.findIndex((sae) => sae.id === id) !== i);
  if (repeated) {
    const [first] = named.filter(({ id }) => id === repeated.id);
    const reason = `${first!.path} and ${repeated.path} are the same SAE, ${repeated.id}`;
    throw new SteeringError("ERR_SAE_FORMAT", reason, { path: repeated.path, reason });
  }
  return named.sort(byPlace);
}

async function readAll(path: string, { layers = "all", onWarning, ...options }: FindSaesOptions): Promise<StoredSae[]> {
  const found = await saesUnder(path);
  const read = found.map(async (one) => {
    try {
      return [await readFoundSae(one, options)];
    } catch (error) {
      const layer = layerInName(relative(path, one.weightsPath) || basename(path));
      const isWanted = layers === "all" || layer === undefined || layers.includes(layer);
      if (isWanted || errorCode(error) !== "ERR_SAE_FORMAT") throw error;
      onWarning?.(`passed over: ${(error as Error).message}`);
      return [];
    }
  });
  return (await Promise.all(read)).flat();
}

async function readEntries(
  entries: readonly string[],
  { layers: _, onWarning: __, ...options }: FindSaesOptions,
): Promise<StoredSae[]> {
  const ofEntry = async ({ layer, path }: ReturnType<typeof parseEntry>) => {
    const found = await saesUnder(path);
    if (found.length === 1) return [await readFoundSae(found[0]!, { ...options, layer })];
    const ofLayer = (await readAll(path, options)).filter(({ config }) => config.hook.layer === layer);
    if (ofLayer.length > 0) return ofLayer;
    const reason = `no SAE of layer ${layer} of a known format in ${path}`;
    throw new SteeringError("ERR_SAE_FORMAT", reason, { path, reason });
  };
  return (await Promise.all(entries.map(parseEntry).map(ofEntry))).flat();
}

/** What names each among the others: see `saeIds`. Weights are hashed only where they alone tell SAEs apart. */
async function withIds(saes: readonly StoredSae[]): Promise<StoredSae[]> {
  const plain = saes.map(({ config }) => ({ ...config.hook, ...config }));
  const alike = sharesId(plain);
  const ids = saeIds(
    await Promise.all(
      plain.map(async (sae, i) => ({ ...sae, ...(alike[i] && { weights: await sha256File(saes[i]!.weightsPath) }) })),
    ),
  );
  return saes.map((sae, i) => ({ ...sae, id: ids[i]! }));
}

/** By place in the stream, where resid_pre(4) and resid_post(3) are one; then by what does not depend on paths. */
function byPlace({ id, config: a }: StoredSae, { id: other, config: b }: StoredSae): number {
  return (
    nativeLayer(a.hook) - nativeLayer(b.hook) || a.hook.layer - b.hook.layer || a.dSae - b.dSae || (id < other ? -1 : 1)
  );
}

/** The SAEs of `layer`. @throws ERR_OUT_OF_RANGE when it has none */
function saesOfLayer<T extends SaeFolder>(saes: readonly T[], layer: number): T[] {
  const found = saes.filter(({ config }) => config.hook.layer === layer);
  if (found.length > 0) return found;
  throw outOfRange("layer", `one with an SAE (${layersOf(saes).join(", ")})`, layer);
}

/** Those of some layers, in their order. @throws ERR_OUT_OF_RANGE for one that has none */
export function saesOfLayers<T extends SaeFolder>(saes: readonly T[], layers: "all" | readonly number[]): T[] {
  return layers === "all" ? [...saes] : [...new Set(layers)].flatMap((layer) => saesOfLayer(saes, layer));
}

/**
 * The SAE of `layer`, or the only one there is.
 *
 * @throws ERR_INVALID_ARGUMENT when that does not say which, ERR_OUT_OF_RANGE when the layer has no SAE
 */
export function onlySae<T extends SaeFolder>(saes: readonly T[], layer?: number): T {
  const [first, ...others] = layer === undefined ? saes : saesOfLayer(saes, layer);
  if (first && others.length === 0) return first;
  if (layer === undefined)
    throw invalidArgument("layer", `one of ${layersOf(saes).join(", ")}: there is more than one SAE`, layer);
  const ids = [first!, ...others].map(({ id }) => id);
  throw invalidArgument("layer", `a layer with one SAE: of ${ids.join(", ")} give the folder of one`, layer);
}

function layersOf(saes: readonly SaeFolder[]): number[] {
  return [...new Set(saes.map(({ config }) => config.hook.layer))];
}

/**
 * Checks that SAEs read this model's residual stream.
 *
 * @throws TypeError `ERR_INVALID_ARGUMENT` for two of one id, SteeringError `ERR_SHAPE_MISMATCH` for another width, RangeError `ERR_OUT_OF_RANGE` for a layer it lacks
 */
export function assertSaesFit(saes: readonly SaeFolder[], model: { nEmbd: number; nLayer: number }): void {
  const ids = saes.map(({ id }) => id);
  const repeated = ids.find((id, i) => ids.indexOf(id) !== i);
  if (repeated !== undefined) {
    throw invalidArgument("saes", "SAEs of different ids, as findSaes gives to those found together", repeated);
  }
  for (const { path, config } of saes) {
    if (config.dModel !== model.nEmbd) {
      throw new SteeringError(
        "ERR_SHAPE_MISMATCH",
        `${path}: the SAE reads rows of ${config.dModel} values, the model's have ${model.nEmbd}`,
        { path, expected: model.nEmbd, actual: config.dModel },
      );
    }
    if (config.hook.layer >= model.nLayer) {
      throw outOfRange(`layer of ${path}`, `less than the model's ${model.nLayer} layers`, config.hook.layer);
    }
  }
}

function parseEntry(entry: string): { layer: number; path: string } {
  const [, layer, path] = /^(\d+)=(.+)$/.exec(entry) ?? [];
  if (layer === undefined || path === undefined) {
    const reason = `expected layer=path, for example 14=saes/blocks.14.hook_resid_post, got "${entry}"`;
    throw new SteeringError("ERR_SAE_FORMAT", reason, { path: entry, reason });
  }
  return { layer: Number(layer), path };
}
