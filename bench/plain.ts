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

/** A prompt, and how many tokens are generated from it. */
export interface Stream {
  prompt: Int32Array;
  nGenerate: number;
}

/** What bench/plain-decode.cpp prints. */
export interface PlainRun {
  prefill: Spent & { tokens: number };
  decode: Spent & { tokens: number };
  generated: number[][];
}

/** Runs the plain decode loop on so many streams at a time: the next ones begin when all of them have ended. */
export async function plainDecode(
  { model, modelPath, threads }: Subject,
  streams: readonly Stream[],
  contextTokens: number,
  atOnce = streams.length,
): Promise<PlainRun> {
  const folder = await mkdtemp(join(tmpdir(), "corrsteer-bench-"));
  try {
    const file = join(folder, "prompts.txt");
    await writeFile(file, streams.map(({ prompt, nGenerate }) => `${[nGenerate, ...prompt].join(" ")}\n`).join(""));
    const options = {
      "--libraries": libraryDirectory(ROOT)!,
      "--plugins": backendPlugins(ROOT).required.join(":"),
      "--device": model.info.device,
      "--model": modelPath,
      "--prompts": file,
      "--streams": String(atOnce),
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

/** Prefill and decoding together. */
export function wholeOf({ prefill, decode }: PlainRun): Spent {
  return { wall: prefill.wall + decode.wall, processor: prefill.processor + decode.processor };
}
