import { resolve } from "node:path";
import { z } from "zod";
import { knownSha256 } from "../files/known-hash";
import { sha256 } from "../files/schema";
import type { WorkOptions } from "../progress";

/** A LoRA adapter: so much of it is added to a model's weights. */
export interface Adapter {
  readonly path: string;
  readonly scale: number;
}

/** Of `FILE[:scale]`: a file whose name ends with a number behind a colon is given with its scale. */
export function adapterOf(text: string): Adapter {
  const [, path = text, scale = "1"] = /^(.+):([-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?)$/i.exec(text) ?? [];
  return { path: resolve(path), scale: Number(scale) };
}

/** The same adapter by a text that means it from any folder. */
export function adapterText({ path, scale }: Adapter): string {
  return `${path}:${scale}`;
}

export const adapterIdentitySchema = z.object({ sha256, scale: z.number() });
type AdapterIdentity = z.infer<typeof adapterIdentitySchema>;

/** What tells adapters from others, wherever their files lie. */
export function adapterIdentities(adapters: readonly Adapter[], { signal }: WorkOptions): Promise<AdapterIdentity[]> {
  return Promise.all(adapters.map(async ({ path, scale }) => ({ sha256: await knownSha256(path, { signal }), scale })));
}
