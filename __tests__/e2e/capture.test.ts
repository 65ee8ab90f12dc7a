import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { corrsteer, corrsteerJson, fixtures, model, saes } from "../support/command-line";
import { readSafetensors } from "../support/read-safetensors";
import { temporaryFolder } from "../support/temporary-folder";

const folder = temporaryFolder();
const golden = readSafetensors(join(fixtures, "llama.safetensors"));
const common = ["capture", "--model", model, "--kv-type", "f32", "--threads", "1"];

/** Normalised mean squared error. */
function nmse(actual: Float32Array, expected: Float32Array): number {
  const squares = (values: Float32Array) => values.reduce((sum, x) => sum + x * x, 0);
  return squares(expected.map((x, i) => x - actual[i]!)) / squares(expected);
}

/** Captures the golden tokens. */
function captureTokens(...args: string[]) {
  const ids = join(folder, "ids.json");
  const out = join(folder, "rows.safetensors");
  writeFileSync(ids, JSON.stringify([...golden.readInt32("token_ids")]));
  expect(corrsteer(...common, "--token-ids", ids, ...args, "--out", out)).toMatchObject({ status: 0, stderr: "" });
  return { out, file: readSafetensors(out) };
}

test("captures all layers and the logits as the reference computes them", () => {
  const { file } = captureTokens("--layers", "all", "--site", "resid_post", "--positions", "all");

  expect(file.readInt32("token_ids")).toEqual(golden.readInt32("token_ids"));
  for (const { name, dtype, shape } of golden.tensors.filter(({ name }) => name !== "token_ids")) {
    expect(file.tensors).toContainEqual(expect.objectContaining({ name, dtype, shape }));
    expect(nmse(file.readFloat32(name), golden.readFloat32(name))).toBeLessThan(1e-10);
  }
});

test("captures the input of a layer as the output of the one below, and one row for the last position", () => {
  const { file } = captureTokens("--layers", "2", "--site", "resid_pre", "--positions", "last");

  expect(file.tensors.map(({ name, shape }) => [name, shape])).toEqual([
    ["resid_pre.2", [1, 64]],
    ["logits", [1, 270]],
    ["token_ids", [1]],
  ]);
  expect(nmse(file.readFloat32("resid_pre.2"), golden.readFloat32("resid_post.1").slice(-64))).toBeLessThan(1e-10);
});

test("writes one file a prompt, with the tokens read at the positions that chose generated ones", () => {
  const prompts = join(folder, "prompts.jsonl");
  const out = join(folder, "out");
  writeFileSync(prompts, '{"prompt": "abc"}\n{"id": "second", "prompt": "abd"}\n');

  const { files } = corrsteerJson(
    ...common,
    ...["--prompts", prompts, "--layers", "0,2-3", "--positions", "generated", "--max-tokens", "3", "--out", out],
  ) as { files: string[] };

  expect(files).toEqual([join(out, "0.safetensors"), join(out, "second.safetensors")]);
  const { tokenIds } = corrsteerJson("generate", "--model", model, "--prompt", "abc", "--max-tokens", "3") as {
    tokenIds: number[];
  };
  const file = readSafetensors(files[0]!);
  expect([...file.readInt32("token_ids")]).toEqual(["c".charCodeAt(0), ...tokenIds.slice(0, 2)]);
  expect(file.tensors.map(({ name }) => name)).toEqual([
    "resid_post.0",
    "resid_post.2",
    "resid_post.3",
    "logits",
    "token_ids",
  ]);
});

test("encodes captured rows with the SAE of their layer", () => {
  const { out: rows } = captureTokens("--layers", "1");
  const out = join(folder, "acts.safetensors");

  const args = ["--rows", rows, "--tensor", "resid_post.1", "--out", out];
  const ended = corrsteerJson("encode", "--sae", saes, "--layer", "1", ...args);

  expect(ended).toEqual({ path: out, shape: [40, 256] });
  const file = readSafetensors(out);
  expect(file.tensors).toMatchObject([{ name: "acts", dtype: "F32", shape: [40, 256] }]);
  const active = file.readFloat32("acts").filter((x) => x > 0).length / (40 * 256);
  expect(active).toBeGreaterThan(0.02); // the fixture's features fire on about one row in ten
  expect(active).toBeLessThan(0.3);

  expect(corrsteer("encode", "--sae", saes, ...args)).toMatchObject({ status: 2, stdout: "" }); // which layer?
});
