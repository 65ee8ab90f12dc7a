import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { FEATURES_FILE } from "../../lib/features/folder";

/** A folder of features in which nothing is but what it is of. */
export function makeFeaturesFolder(path: string, saes: readonly object[]): void {
  mkdirSync(path, { recursive: true });
  const model = { name: "m", architecture: "llama", nEmbd: 4, nLayer: 3, sha256: "0".repeat(64) };
  const sizes = { tokens: 0, rows: 0, before: 24, after: 7, featuresAFile: 64, tokensAFile: 8192 };
  const manifest = { format: 1, model, texts: ["t"], ...sizes, probes: [], saes };
  writeFileSync(join(path, FEATURES_FILE), JSON.stringify(manifest));
}
