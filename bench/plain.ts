import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { libraryDirectory } from "../lib/native/platform";
import { backendPlugins } from "../lib/native/plugins";
import { program, ROOT } from "./programs";
import type { Spent } from "./rounds";
import { BATCH_TOKENS, type Subject } from "./subject";

/** What bench/plain-decode.cpp prints. */
export interface PlainRun {
  prefillTokens: number;
  prefill: Spent;
  decodeTokens: number;
  decode: Spent;
  generated: number[][];
}

/** Runs the plain decode loop on the prompts, each a stream of its own that generates `nGenerate` tokens. */
export async function plainDecode(
  { model, modelPath, threads }: Subject,
  prompts: readonly Int32Array[],
  nGenerate: number,
  contextTokens: number,
): Promise<PlainRun> {
  const folder = await mkdtemp(join(tmpdir(), "corrsteer-bench-"));
  try {
    const file = join(folder, "prompts.txt");
    await writeFile(file, prompts.map((prompt) => `${prompt.join(" ")}\n`).join(""));
    const options = {
      "--libraries": libraryDirectory(ROOT)!,
      "--plugins": backendPlugins(ROOT).required.join(":"),
      "--device": model.info.device,
      "--model": modelPath,
      "--prompts": file,
      "--generate": String(nGenerate),
      "--threads": String(threads),
      "--batch": String(BATCH_TOKENS),
      "--context": String(contextTokens),
    };
    const { stdout } = await promisify(execFile)(program("plain-decode"), Object.entries(options).flat());
    return JSON.parse(stdout) as PlainRun;
  } finally {
    await rm(folder, { recursive: true });
  }
}
