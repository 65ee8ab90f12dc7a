import { sha256Of } from "../files/hash";
import { knownSha256 } from "../files/known-hash";
import { stampOf } from "../files/stamp";
import type { WorkOptions } from "../progress";
import { modelFiles, modelStamp } from "./files";

/** SHA-256 of a model's file; of one in parts, that of their SHA-256s in order. @throws as `sha256File` */
export async function modelHash(path: string, { onProgress, signal }: WorkOptions = {}): Promise<string> {
  const { sizeBytes: total } = await modelStamp(path);
  const hashes: string[] = [];
  let before = 0;
  for (const file of modelFiles(path)) {
    const onBytes = (read: number) =>
      onProgress?.({ step: "hash of the model", done: before + read, total, unit: "bytes" });
    hashes.push(await knownSha256(file, { onBytes, signal }));
    before += (await stampOf(file)).sizeBytes;
  }
  return hashes.length === 1 ? hashes[0]! : sha256Of(hashes);
}
