import { open } from "node:fs/promises";
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

/** Whether the file begins as GGUF files do. */
export async function isGguf(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(4), 0, 4);
    return buffer.toString("latin1", 0, bytesRead) === "GGUF";
  } finally {
    await file.close();
  }
}
