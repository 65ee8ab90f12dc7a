import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fixture } from "../native/models";
import { fitData, parse, TYPE, u32, write, type Tensor } from "./gguf-layout";

const U16 = 2;

function u16(value: number): Buffer {
  return u32(value).subarray(0, 2);
}

/**
 * Writes the llama fixture into a folder, in two parts as llama-gguf-split does.
 *
 * @param change of the second part's tensors
 */
export function splitModel(
  folder: string,
  change: (tensors: Tensor[]) => void = () => {},
): [first: string, second: string] {
  const layout = parse(readFileSync(fixture("llama").model));
  const half = layout.tensors.length / 2;
  const parts = [layout.tensors.slice(0, half), layout.tensors.slice(half)];
  change(parts[1]!);
  const paths = parts.map((tensors, part) => {
    const entries = [
      ...(part === 0 ? layout.entries : []),
      { key: "split.no", type: U16, value: u16(part) },
      { key: "split.count", type: U16, value: u16(2) },
      { key: "split.tensors.count", type: TYPE.i32, value: u32(layout.tensors.length) },
    ];
    const path = join(folder, `split-0000${part + 1}-of-00002.gguf`);
    writeFileSync(path, write({ ...layout, entries, tensors }));
    return path;
  });
  return paths as [string, string];
}

/** llama.cpp's CPU backend ends the process by a signal over weights of this type, i32, once it generates. */
export function fatal(tensors: Tensor[]): void {
  setType(tensors, "blk.3.attn_q.weight", 26);
}

/** Here it asserts: a norm of f16. */
export function asserted(tensors: Tensor[]): void {
  setType(tensors, "blk.3.attn_norm.weight", 1);
}

function setType(tensors: Tensor[], name: string, type: number): void {
  const tensor = tensors.find((each) => each.name === name)!;
  tensor.type = type;
  fitData(tensor);
}
