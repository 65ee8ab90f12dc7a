import { spawnSync } from "node:child_process";
import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { fixture } from "../native/models";
import { temporaryFolder } from "./temporary-folder";

const SOURCE = join(__dirname, "..", "faults", "end-over-file.c");

export interface FatalFiles {
  /** Preload this, and llama.cpp ends the process over them. */
  readonly library: string;
  /** By an assertion, and by a segmentation fault. What is in them is a model like any other: gpt2 and qwen3 of the fixtures. */
  readonly asserts: string;
  readonly segfaults: string;
}

/** Undefined where there is no compiler, or nothing can be preloaded. */
export function fatalFiles(): FatalFiles | undefined {
  const folder = temporaryFolder();
  const at = (name: string) => join(folder, name);
  const library = at("end-over-file.so");
  if (process.platform !== "linux") return undefined;
  if (spawnSync("cc", ["-shared", "-fPIC", "-o", library, SOURCE, "-ldl"]).status !== 0) return undefined;
  const files = { library, asserts: at("asserts.gguf"), segfaults: at("segfaults.gguf") };
  copyFileSync(fixture("gpt2").model, files.asserts);
  copyFileSync(fixture("qwen3").model, files.segfaults);
  return files;
}
