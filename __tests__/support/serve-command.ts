import { join } from "node:path";
import { fixtures } from "./command-line";
import { type Running, start, until } from "./corrsteer";

/** Serves the tiny model that has a chat template. */
export const SERVE = ["serve", "--model", join(fixtures, "qwen3.gguf"), "--threads", "1", "--port", "0"];

/** The command, once it serves. */
export function served(...args: string[]): Promise<Running & { readonly url: string }> {
  return servedBy(...SERVE, ...args);
}

/** The same of another model. */
export async function servedBy(...args: string[]): Promise<Running & { readonly url: string }> {
  const running = start(...args);
  let stdout = "";
  running.process.stdout!.on("data", (text: string) => (stdout += text));
  await until(() => stdout.includes("\n"), running);
  return { ...running, url: /http:\/\/[^/]+/.exec(stdout)![0] };
}
