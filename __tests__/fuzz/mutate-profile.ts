import { createHash } from "node:crypto";
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { RandomBelow } from "../../lib/statistics/random";
import type { Mutant } from "./kind";
import { mutateFile } from "./mutate-file";

/** Damages one of the two files that a profile is; its vectors mostly so that the document still names them. */
export function mutateProfile(folder: string, name: string, random: RandomBelow): Mutant {
  const [document, vectors] = [join(folder, `${name}.steer.json`), join(folder, `${name}.safetensors`)];
  const file = random(2) === 0 ? document : vectors;
  let what = `${file === document ? "document" : "vectors"}: ${mutateFile(file, random)}`;
  if (file === vectors && random(4) > 0 && statSync(vectors, { throwIfNoEntry: false })?.isFile()) {
    const text = readFileSync(document, "utf8");
    const sha256 = createHash("sha256").update(readFileSync(vectors)).digest("hex");
    const stated = new RegExp(`(?<="file": "${name}.safetensors",\\s*"sha256": ")[0-9a-f]{64}`);
    writeFileSync(document, text.replace(stated, sha256));
    what += ", with their hash";
  }
  const sizes = [document, vectors].map((path) => (existsSync(path) ? statSync(path).size : 0));
  return { name: what, sizeBytes: sizes[0]! + sizes[1]! };
}
