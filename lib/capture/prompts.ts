import { checkArguments } from "../arguments/check";
import { checkPaths } from "../arguments/check";
import { anyOptions, path as aPath } from "../arguments/kinds";
import { engine as anEngine } from "../model/engine-kind";
import { join } from "node:path";
import { z } from "zod";
import { readJsonl } from "../data/jsonl";
import type { Row } from "../data/row";
import { UniqueIds } from "../data/unique-ids";
import type { Engine } from "../model/engine";
import { makeFolder } from "../files/folder";
import { readJson } from "../files/json";
import { requireOwn } from "../files/overwrite";
import { capture, type CaptureOptions } from "./capture";
import { checkCapture, saveCapture } from "./save";

const promptsArguments = z.object({
  engine: anEngine(),
  path: aPath(),
  directory: aPath(),
  options: anyOptions(),
});

/** Token ids of a prompt: a JSON file with one array. @throws ERR_FILE_FORMAT */
export async function readTokenIds(path: string): Promise<Int32Array> {
  checkPaths({ path });
  return Int32Array.from(await readJson(path, z.array(z.int32().min(0)).min(1)));
}

/**
 * Captures each prompt of a JSON Lines file (`prompt`, and where wanted `id`) into a file of its own in `directory`, named
 * by the id or the prompt's index. Returns the files.
 *
 * @throws ERR_DATASET_FORMAT with file, row and field; ERR_FILE_WRITE where a file of that name is no capture; as `capture`
 * and `saveCapture`
 */
export async function capturePrompts(
  engine: Engine,
  path: string,
  directory: string,
  options: CaptureOptions = {},
): Promise<string[]> {
  checkArguments(promptsArguments, { engine, path, directory, options });
  const names = new UniqueIds();
  const prompts: { name: string; text: string }[] = [];
  for await (const row of readJsonl(path)) {
    const name = names.claim(row.optionalText("id") ?? String(prompts.length), row, "id");
    prompts.push({ name: fileName(name, row), text: row.text("prompt") });
  }
  const fileOf = (name: string) => join(directory, `${name}.safetensors`);
  for (const path of prompts.map(({ name }) => fileOf(name)))
    await requireOwn(path, "capture", () => checkCapture(path));
  await makeFolder(directory);
  const files: string[] = [];
  for (const { name, text } of prompts) {
    const file = fileOf(name);
    await saveCapture(file, await capture(engine, engine.model.tokenize(text), options));
    files.push(file);
  }
  return files;
}

function fileName(id: string, row: Row): string {
  if (/^[\w-][\w.-]*$/.test(id)) return id;
  throw row.reject("id", "letters, digits, _, - and . only, as it names a file", id);
}
