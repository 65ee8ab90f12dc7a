import { join } from "node:path";
import { makeFolder } from "../files/folder";
import { toJson } from "../files/json";
import { readBytes } from "../files/read-file";
import { formatError } from "../files/format-error";
import { writeFileAtomically } from "../files/atomic-write";
import { FEATURES_A_FILE, TOKENS_A_FILE } from "./format";

/**
 * A file of data is a script with one call, `corrsteerData("sae/0/12", {...})`: a page that is opened as a file may load
 * scripts beside it, and nothing else. Its name is its path, in `data`, without the extension.
 */
export async function writeData(directory: string, name: string, value: unknown): Promise<void> {
  const path = dataPath(directory, name);
  await makeFolder(join(path, ".."));
  await writeFileAtomically(path, `corrsteerData(${JSON.stringify(name)},${toJson(value)});\n`);
}

/** @throws ERR_FILE_FORMAT */
export async function readData<T>(directory: string, name: string): Promise<T> {
  const path = dataPath(directory, name);
  const text = (await readBytes(path)).toString("utf8");
  const begin = `corrsteerData(${JSON.stringify(name)},`;
  try {
    if (!text.startsWith(begin)) throw new Error(`it does not begin with ${begin}`);
    return JSON.parse(text.slice(begin.length, text.lastIndexOf(")"))) as T;
  } catch (cause) {
    throw formatError(path, `expected data of features (${(cause as Error).message})`, cause);
  }
}

export const indexName = (sae: number) => `sae/${sae}/index`;
export const featuresName = (sae: number, feature: number) => `sae/${sae}/${Math.floor(feature / FEATURES_A_FILE)}`;
export const textName = (position: number) => `text/${Math.floor(position / TOKENS_A_FILE)}`;
export const LABELS_NAME = "labels";

function dataPath(directory: string, name: string): string {
  return join(directory, "data", `${name}.js`);
}
