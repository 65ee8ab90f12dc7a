import type { ModelInfo } from "../model/loaded-model";
import { loadUnknown } from "../model/load-unknown";

export interface ModelReport extends Omit<ModelInfo, "chatTemplate" | "endTokens" | "device" | "hostLayers"> {
  readonly kind: "model";
  readonly endTokens: readonly number[];
  /** Key-value metadata of the file, values as text: the chat template is among them. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** @throws ERR_MODEL_LOAD */
export async function inspectModel(path: string, options: { signal?: AbortSignal | undefined }): Promise<ModelReport> {
  await using model = await loadUnknown(path, { device: "cpu", ...options });
  const { chatTemplate: _inMetadata, device: _loadedOn, hostLayers: _there, ...info } = model.info;
  return { kind: "model", ...info, metadata: model.metadata() };
}
