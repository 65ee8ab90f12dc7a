import { rmSync } from "node:fs";
import { modelHash } from "../../lib/model/hash";
import { Model } from "../../lib/model/model";
import { fitData, type Tensor } from "../support/gguf-layout";
import { splitModel } from "../support/split-model";
import { temporaryFolder } from "../support/temporary-folder";
import { fixture } from "./models";

const folder = temporaryFolder();
const prompt = Int32Array.of(7, 8, 9);

async function generate(path: string): Promise<Int32Array> {
  await using model = await Model.load(path);
  await using engine = await model.createEngine({ threads: 1, contextTokens: 256 });
  return (await engine.run({ prompt, branches: [{ maxTokens: 4 }] })).branches[0]!.tokens;
}

function setType(tensors: Tensor[], name: string, type: number): void {
  const tensor = tensors.find((each) => each.name === name)!;
  tensor.type = type;
  fitData(tensor);
}

test("a model in parts generates what it does in one", async () => {
  expect(await generate(splitModel(folder, "llama")[0])).toEqual(await generate(fixture("llama").model));
});

// llama.cpp would end the process over each.
test.each([
  ["norms that are not f32", "blk.3.attn_norm.weight", 1],
  ["weights that are no numbers", "blk.3.attn_q.weight", 26],
])("a later part with %s is refused by name", async (_what, name, type) => {
  const [path, second] = splitModel(folder, "llama", (_first, tensors) => {
    setType(tensors, name, type);
  });
  await expect(generate(path)).rejects.toMatchObject({
    code: "ERR_MODEL_LOAD",
    details: { path: second, reason: expect.stringMatching(`^tensor ${name}: expected`) },
  });
});

test("positions are counted wherever the table of them is", async () => {
  const [path] = splitModel(folder, "gpt2", (first, second) => {
    const at = first.findIndex(({ name }) => name === "position_embd.weight");
    if (at >= 0) second.push(...first.splice(at, 1));
  });
  await using model = await Model.load(path);
  await using engine = await model.createEngine({ threads: 1, contextTokens: 1024 });
  const prompt = new Int32Array(model.info.nCtxTrain + 1).fill(7);
  await expect(engine.run({ prompt, branches: [{ maxTokens: 1 }] })).rejects.toMatchObject({
    code: "ERR_CONTEXT_FULL",
  });
});

test("a part that is missing is named", async () => {
  const [path, second] = splitModel(folder, "qwen3");
  rmSync(second);
  await expect(generate(path)).rejects.toMatchObject({ code: "ERR_MODEL_LOAD", details: { path: second } });
});

test("the hash of a model in parts is that of all of them", async () => {
  const [path] = splitModel(folder, "gemma3");
  const before = await modelHash(path);
  splitModel(folder, "gemma3", (_first, second) => {
    second.at(-1)!.data = Buffer.alloc(second.at(-1)!.data.length);
  });
  expect(await modelHash(path)).not.toBe(before);
});
