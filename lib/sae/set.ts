import { z } from "zod";
import { checkArguments } from "../arguments/check";
import { finite, listOf, optionsOf, path as aPath, text } from "../arguments/kinds";
import { yesOrNo } from "../options/kinds";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { invalidArgument, outOfRange, SteeringError, systemReason } from "../errors";
import type { SaeConfigOptions } from "./config";
import { CONFIG_FILE, isFile, readSaeFolder, type SaeFolder, type StoredSae } from "./folder";
import { sha256File } from "../files/hash";
import { nativeLayer } from "./hook-point";
import { saeIds, sharesId } from "./id";

const MAX_DEPTH = 3;

const findArguments = z.object({
  source: z.union([aPath(), listOf(text(), "entries layer=path")], "a path, or a list of layer=path"),
  options: optionsOf({ normScalingFactor: finite().optional(), center: yesOrNo().optional() }),
});

/**
 * SAEs of one layer or several, by layer: those in a folder, found by their own `cfg.json` at most three folders down, or
 * those of a list of `layer=path` (the layer of an SAE whose configuration names one must agree).
 *
 * @throws SteeringError `ERR_SAE_FORMAT` when there is none, one is unreadable, or one is there twice
 */
export async function findSaes(
  source: string | readonly string[],
  options: Omit<SaeConfigOptions, "layer"> = {},
): Promise<StoredSae[]> {
  checkArguments(findArguments, { source, options });
  const found =
    typeof source === "string"
      ? await Promise.all((await saeFolders(source)).map((path) => readSaeFolder(path, options)))
      : await Promise.all(source.map(parseEntry).map(({ layer, path }) => readSaeFolder(path, { ...options, layer })));
  if (found.length === 0) {
    const where = typeof source === "string" ? source : "an empty list";
    const reason = `no SAE (a folder with ${CONFIG_FILE} and sae_weights.safetensors) in ${where}`;
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
export function saesOfLayer<T extends SaeFolder>(saes: readonly T[], layer: number): T[] {
  const found = saes.filter(({ config }) => config.hook.layer === layer);
  if (found.length > 0) return found;
  throw outOfRange("layer", `one with an SAE (${layersOf(saes).join(", ")})`, layer);
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

async function saeFolders(path: string, depth = 0): Promise<string[]> {
  if (await isFile(join(path, CONFIG_FILE))) return [path];
  if (depth === MAX_DEPTH) return [];
  const below: string[] = [];
  for (const name of (await names(path)).sort()) {
    const child = join(path, name);
    const status = await stat(child).catch(() => undefined); // a link to nowhere is no SAE
    if (status?.isDirectory()) below.push(...(await saeFolders(child, depth + 1)));
  }
  return below;
}

async function names(path: string): Promise<string[]> {
  try {
    return await readdir(path);
  } catch (cause) {
    const reason = systemReason(cause);
    throw new SteeringError(
      "ERR_SAE_FORMAT",
      `cannot look for SAEs in ${path}: ${reason}`,
      { path, reason },
      { cause },
    );
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
