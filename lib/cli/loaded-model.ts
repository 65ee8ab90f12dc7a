import { loadUnknown } from "../model/load-unknown";
import type { Model } from "../model/model";
import type { modelOptions } from "../model/options";
import type { Given } from "../options/option";
import { fetchedModel } from "./fetched";
import type { ProgressFlags } from "./progress";

type Named = Partial<Given<typeof modelOptions>>;

/**
 * The model that a command's options name, downloaded first where it is not here, and what an engine of it is to have. It is
 * the caller's to dispose of.
 */
export async function loadedModel<T extends Named>(
  options: T,
  signal: AbortSignal,
  flags: ProgressFlags,
): Promise<{ model: Model; room: Omit<T, "model" | "device" | "gpuLayers" | "adapters" | "verify"> }> {
  const { model: source, device, gpuLayers, adapters, verify, ...room } = options;
  const path = await fetchedModel(source!, signal, flags);
  return { model: await loadUnknown(path, { device, gpuLayers, adapters, verify, signal }), room };
}
