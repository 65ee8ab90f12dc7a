import { cp, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { SaeConfigOptions } from "../../lib/sae/config";
import { convertSae } from "../../lib/sae/convert";
import { readDecoderBias } from "../../lib/sae/decoder-bias";
import { readSaeFolder, type StoredSae } from "../../lib/sae/folder";
import { Sae } from "../../lib/sae/sae";
import { readSafetensors } from "../support/read-safetensors";
import { temporaryFolder } from "../support/temporary-folder";

const SAELENS = join(__dirname, "..", "fixtures", "publishers", "saelens");
const JUMPRELU = join(SAELENS, "jumprelu-centred");
const rows = readSafetensors(join(SAELENS, "..", "golden.safetensors")).readFloat32("rows");
const folder = temporaryFolder();

async function encoded(sae: StoredSae): Promise<{ acts: number[]; directions: number[]; bias: number[] }> {
  await using loaded = await Sae.load(sae);
  const acts = await loaded.encode(rows);
  const directions = await loaded.decoderRows(Array(loaded.dSae).keys());
  return { acts: [...acts], directions: [...directions], bias: [...(await readDecoderBias(sae))] };
}

test.each([
  ["standard", "standard", false],
  ["jumprelu-centred", "jumprelu", true],
  ["gated", "jumprelu", false],
  ["topk-centred", "topk", true],
  ["standard-constant-norm", "standard", true],
  ["topk-layer-norm", "topk", true],
  ["expected-average", "jumprelu", true, { normScalingFactor: 0.37 }],
])(
  "writes %s as %s, which does the same to the bit",
  async (name, architecture, subtracted, options: SaeConfigOptions = {}) => {
    const out = join(folder, name);
    const sae = await readSaeFolder(join(SAELENS, name), options);
    await convertSae(sae, out);
    expect(JSON.parse(await readFile(join(out, "cfg.json"), "utf8"))).toMatchObject({
      architecture,
      apply_b_dec_to_input: subtracted,
      metadata: { hook_name: "blocks.1.hook_resid_post", model_name: "tiny-llama-random" },
    });
    expect(await encoded(await readSaeFolder(out))).toEqual(await encoded(sae));
  },
);

test("folds the centring of rows into the encoder", async () => {
  const sae = await readSaeFolder(join(SAELENS, "topk-of-centred-rows"));
  const out = join(folder, "of-centred-rows");
  await convertSae(sae, out);
  const converted = await readSaeFolder(out);
  expect(converted.config).toMatchObject({
    hook: { layer: 2, site: "resid_pre" },
    encoder: { inputNormalization: "none" },
  });
  const [before, after] = [await encoded(sae), await encoded(converted)];
  const active = (acts: number[]) => acts.map((value) => value > 0);
  expect(active(after.acts)).toEqual(active(before.acts));
  after.acts.forEach((value, i) => {
    expect(value).toBeCloseTo(before.acts[i]!, 4);
  });
});

test.each([
  ["f16", 2 ** -10],
  ["bf16", 2 ** -7],
] as const)("writes matrices as %s", async (storage, precision) => {
  const out = join(folder, storage);
  const sae = await readSaeFolder(JUMPRELU);
  await convertSae(sae, out, { storage });
  const { tensors } = readSafetensors(join(out, "sae_weights.safetensors"));
  expect(Object.fromEntries(tensors.map(({ name, dtype }) => [name, dtype]))).toEqual({
    ...{ W_enc: storage.toUpperCase(), W_dec: storage.toUpperCase(), b_enc: "F32", b_dec: "F32", threshold: "F32" },
  });
  const [before, after] = [await encoded(sae), await encoded(await readSaeFolder(out))];
  after.directions.forEach((value, i) => {
    expect(Math.abs(value - before.directions[i]!)).toBeLessThanOrEqual(Math.abs(before.directions[i]!) * precision);
  });
});

test("refuses a weight that the storage can't hold, and leaves nothing", async () => {
  const source = join(folder, "large");
  await cp(JUMPRELU, source, { recursive: true });
  const path = join(source, "sae_weights.safetensors");
  const bytes = await readFile(path);
  const data = 8 + Number(bytes.readBigUInt64LE());
  const header = JSON.parse(bytes.toString("utf8", 8, data)) as Record<string, { data_offsets: [number, number] }>;
  bytes.writeFloatLE(7e4, data + header["W_dec"]!.data_offsets[0]);
  await writeFile(path, bytes);
  const out = join(folder, "too-large");
  const sae = await readSaeFolder(source);
  const refused = { code: "ERR_NON_FINITE", details: { feature: 0 } };
  await expect(convertSae(sae, out, { storage: "f16" })).rejects.toMatchObject(refused);
  await expect(stat(out)).rejects.toMatchObject({ code: "ENOENT" });
  await convertSae(sae, out, { storage: "bf16" });
});

test("writes over an SAE when asked to, and never over something else", async () => {
  const sae = await readSaeFolder(JUMPRELU);
  const out = join(folder, "twice");
  await convertSae(sae, out);
  await expect(convertSae(sae, out)).rejects.toMatchObject({ code: "ERR_FILE_WRITE" });
  await convertSae(await readSaeFolder(join(SAELENS, "standard")), out, { overwrite: true });
  expect((await readSaeFolder(out)).config.encoder.activation).toBe("relu");
  expect((await readdir(out)).sort()).toEqual(["cfg.json", "sae_weights.safetensors"]);

  await writeFile(join(out, "cfg.json"), "{}");
  await expect(convertSae(sae, out, { overwrite: true })).rejects.toMatchObject({ code: "ERR_FILE_WRITE" });
});
