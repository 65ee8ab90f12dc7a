import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { corrsteer, corrsteerJson, fixtures, model, saes } from "../support/command-line";
import { temporaryFolder } from "../support/temporary-folder";

const folder = temporaryFolder();

interface Verified {
  id: string;
  kept: { weightType: string; sizeBytes: number | null; agreement: { rows: number; nmse: number; jaccard: number } | null; refused: string | null }[]; // prettier-ignore
}

test("says how an encoder kept narrower differs on the model's own rows", () => {
  const [verified, ...others] = corrsteerJson("sae", "verify", saes, "--model", model, "--layers", "1") as Verified[];

  expect(others).toEqual([]);
  expect(verified!.id).toBe("blocks.1.hook_resid_post");
  const [f32, f16, bf16, q8] = verified!.kept;
  expect([f32, f16, bf16, q8].map((kept) => kept!.weightType)).toEqual(["f32", "f16", "bf16", "q8_0"]);
  expect(f32!.agreement).toMatchObject({ nmse: 0, jaccard: 1 });
  expect(f32!.agreement!.rows).toBeGreaterThan(1000);
  expect(q8!.sizeBytes).toBeLessThan(f16!.sizeBytes!);
  expect(f16!.agreement!.nmse).toBeGreaterThan(0);
  expect(bf16!.agreement!.nmse).toBeGreaterThan(f16!.agreement!.nmse);
  expect(q8!.agreement!.jaccard).toBeGreaterThan(0.8);
});

test("takes rows from a file, by the SAE's hook point or by name, and prints a table", () => {
  const rows = join(fixtures, "llama.safetensors");
  const sae = join(saes, "blocks.1.hook_resid_post");

  const { status, stdout } = corrsteer("sae", "verify", sae, "--rows", rows);
  expect(status).toBe(0);
  expect(stdout).toMatch(
    /^blocks\.1\.hook_resid_post: \d+ rows, .*\nkept as +bytes .*\nf32 .*1\.0000 +1\.0000 +0\.0 +-\nf16 /,
  );
  expect(corrsteer("sae", "verify", sae, "--rows", rows, "--tensor", "resid_post.1")).toMatchObject({ stdout });
});

test("evaluates SAEs on a text, in one table and in a file", () => {
  const text = join(folder, "text.txt");
  writeFileSync(text, "THE QUICK BROWN FOX JUMPS OVER THE LAZY DOG\n".repeat(20));
  const out = join(folder, "quality.json");
  const given = ["--sae", saes, "--layers", "0,2", "--text", text, "--tokens", "0.2k", "--sequence-tokens", "32"];
  const { status, stdout } = corrsteer("sae", "evaluate", model, ...given, "--out", out);
  expect(status).toBe(0);
  expect(stdout).toMatch(/^SAE +features .*\nblocks\.0\..*\nblocks\.2\..*\nLoss without an SAE \d\.\d+ nats a token/);
  const qualities = JSON.parse(readFileSync(out, "utf8")) as { rows: number; layer: number }[];
  expect(qualities.map(({ rows, layer }) => [rows, layer])).toEqual([
    [217, 0],
    [217, 2],
  ]);
});

test("tells why an encoder can't be kept in one of the ways", () => {
  const sae = join(fixtures, "publishers", "saelens", "jumprelu"); // rows of 16 values: no block of q8_0
  const rows = join(fixtures, "publishers", "golden.safetensors");
  const verified = corrsteerJson("sae", "verify", sae, "--rows", rows, "--tensor", "rows") as Verified[];

  expect(verified[0]!.kept.at(-1)).toMatchObject({
    sizeBytes: null,
    agreement: null,
    refused: expect.stringContaining("multiple of 32"),
  });
  expect(verified[0]!.kept[1]!.refused).toBeNull();
});

test.each([
  ["no rows", []],
  ["rows from two places", ["--model", model, "--rows", "rows.safetensors"]],
  ["a layer without an SAE", ["--model", model, "--layers", "9"], "ERR_OUT_OF_RANGE"],
  ["texts that are not there", ["--model", model, "--texts", "none.txt"], "ERR_DATASET_FORMAT"],
  [
    "SAEs of another width",
    ["--model", model],
    "ERR_SHAPE_MISMATCH",
    join(fixtures, "publishers", "saelens", "jumprelu"),
  ],
])("refuses %s", (_what, flags, code = "ERR_INVALID_ARGUMENT", path = saes) => {
  const { status, stdout, stderr } = corrsteer("sae", "verify", path, ...flags);
  expect({ status, stdout }).toEqual({
    status: code.startsWith("ERR_DATASET") || code.startsWith("ERR_SHAPE") ? 1 : 2,
    stdout: "",
  });
  expect(stderr).toContain(code);
});
