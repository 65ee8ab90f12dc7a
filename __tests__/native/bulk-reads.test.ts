import { closeSync, ftruncateSync, openSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { inspect } from "../../lib/inspect/inspect";
import { loadAddon } from "../../lib/native/load";
import { temporaryFolder } from "../support/temporary-folder";
import { turnsDuring } from "../support/turns";

const D_MODEL = 64;
const D_SAE = 2 ** 20;
/** 50,000 turns and more go by while 256 MiB are read; what is around that takes a few hundred. */
const MANY = 5000;

const folder = temporaryFolder();
const weights = join(folder, "sae_weights.safetensors");

/** An SAE that is nothing but zeros: the file system keeps none of them. */
beforeAll(() => {
  const sae = { hook_point: "blocks.1.hook_resid_post", hook_point_layer: 1, hook_point_head_index: null };
  const sizes = { d_in: D_MODEL, d_sae: D_SAE, dtype: "torch.float32", normalize_activations: false };
  writeFileSync(join(folder, "cfg.json"), JSON.stringify({ ...sae, ...sizes }));
  const shapes = { W_dec: [D_SAE, D_MODEL], W_enc: [D_MODEL, D_SAE], b_enc: [D_SAE], b_dec: [D_MODEL] };
  let end = 0;
  const tensors = Object.entries(shapes).map(([name, shape]) => {
    const begin = end;
    end += 4 * shape.reduce((product, extent) => product * extent);
    return [name, { dtype: "F32", shape, data_offsets: [begin, end] }];
  });
  const header = JSON.stringify(Object.fromEntries(tensors));
  const file = openSync(weights, "w");
  writeSync(file, Buffer.from(BigUint64Array.of(BigInt(header.length)).buffer));
  writeSync(file, header);
  ftruncateSync(file, 8 + header.length + end);
  closeSync(file);
});

test("a tensor is read while JavaScript goes on", async () => {
  const file = await loadAddon().openSafetensors(weights);
  const reading = file.readFloat32("W_dec");
  file.close();
  expect(await turnsDuring(reading)).toBeGreaterThan(MANY);
  expect(await reading).toHaveLength(D_SAE * D_MODEL);
});

test("SAEs are inspected while JavaScript goes on", async () => {
  const inspecting = inspect(folder);
  expect(await turnsDuring(inspecting)).toBeGreaterThan(MANY);
  expect(await inspecting).toMatchObject({ kind: "saes", saes: [{ meanDecoderNorm: 0 }] });
});

test("a read ends when it is cancelled", async () => {
  const addon = loadAddon();
  const file = await addon.openSafetensors(weights);
  const cancel = addon.createCancel();
  cancel.request();
  await expect(file.readFloat32("W_dec", cancel)).rejects.toMatchObject({ code: "ERR_CANCELLED" });
  const decoder = { ...file.tensors[0]!, dtype: "F32", path: weights } as const;
  await expect(addon.readTensor(decoder, cancel)).rejects.toMatchObject({ code: "ERR_CANCELLED" });
  for (const byFeature of [true, false]) {
    const norms = addon.featureNorms({ ...decoder, byFeature }, cancel);
    await expect(norms).rejects.toMatchObject({ code: "ERR_CANCELLED" });
  }
  file.close();
  await expect(inspect(folder, { signal: AbortSignal.abort("enough") })).rejects.toBe("enough");
});
