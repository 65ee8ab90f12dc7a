import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fixture } from "../native/models";
import { parse, TYPE, u32, write, type Tensor } from "./gguf-layout";

const U16 = 2;

function u16(value: number): Buffer {
  return u32(value).subarray(0, 2);
}

/**
 * Writes a fixture into a folder, in two parts as llama-gguf-split does.
 *
 * @param change of what is in the parts
 */
export function splitModel(
  folder: string,
  name: string,
  change: (first: Tensor[], second: Tensor[]) => void = () => {},
): [first: string, second: string] {
  const layout = parse(readFileSync(fixture(name).model));
  const half = Math.floor(layout.tensors.length / 2);
  const parts = [layout.tensors.slice(0, half), layout.tensors.slice(half)] as [Tensor[], Tensor[]];
  change(...parts);
  return [0, 1].map((part) => {
    const entries = [
      ...(part === 0 ? layout.entries : []),
      { key: "split.no", type: U16, value: u16(part) },
      { key: "split.count", type: U16, value: u16(2) },
      { key: "split.tensors.count", type: TYPE.i32, value: u32(layout.tensors.length) },
    ];
    const path = join(folder, `${name}-0000${part + 1}-of-00002.gguf`);
    writeFileSync(path, write({ ...layout, entries, tensors: parts[part]! }));
    return path;
  }) as [string, string];
}
