import { existsSync } from "node:fs";
import { stampOf } from "../files/stamp";

const FIRST_PART = /-00001-of-(\d{5})\.gguf$/;

/** The files of a model: one, or where its name is that of a first part all that are there, as llama.cpp looks for them. */
export function modelFiles(path: string): string[] {
  const nParts = FIRST_PART.exec(path)?.[1];
  if (nParts === undefined) return [path];
  const parts = Array.from({ length: Number(nParts) }, (_, i) => {
    return path.replace(FIRST_PART, `-${String(i + 1).padStart(5, "0")}-of-${nParts}.gguf`);
  });
  return parts.filter((part, i) => i === 0 || existsSync(part));
}

/** What changes when one of its files does, and their size. */
export async function modelStamp(path: string): Promise<{ text: string; sizeBytes: number }> {
  const stamps = await Promise.all(modelFiles(path).map(stampOf));
  return {
    text: stamps.map(({ text }) => text).join(),
    sizeBytes: stamps.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
  };
}
