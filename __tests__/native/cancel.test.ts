import { tmpdir } from "node:os";
import { join } from "node:path";
import type { NativeCancel } from "../../lib/native/addon";
import { loadAddon } from "../../lib/native/load";
import { readSaeFolder } from "../../lib/sae/folder";
import { nativePlan } from "../../lib/sae/plan";
import { Sae } from "../../lib/sae/sae";
import { fixture } from "./models";

const addon = loadAddon();
const LAYER_1 = join(__dirname, "..", "fixtures", "saes", "llama", "blocks.1.hook_resid_post");
const N_EMBD = 64;

const columns = {
  nSamples: 4,
  offsets: Uint32Array.of(0, 2),
  samples: Uint32Array.of(0, 1),
  values: Float32Array.of(1, 2),
};
const scores = {
  scores: Float64Array.of(0, 1, 0, 1),
  basis: new Float64Array(),
  clusters: new Uint32Array(),
  strata: new Uint32Array(),
  seed: 1,
  threads: 1,
};
const direction = { directions: new Float32Array(N_EMBD).fill(1), nDirections: 1, topK: 1, threads: 1 };

/** All that takes long on the addon's threads. */
const CALLS: Record<string, (cancel: NativeCancel) => Promise<unknown>> = {
  "a model is loaded": (cancel) =>
    addon.loadModel({ path: fixture("llama").model, device: "cpu", adapters: [] }, undefined, cancel),
  "an SAE is loaded": async (cancel) => {
    const plan = await nativePlan(await readSaeFolder(LAYER_1));
    return addon.loadSae({ ...plan, weightType: "f32", device: "cpu", threads: 1 }, cancel);
  },
  "an SAE encodes": async (cancel) => {
    await using sae = await Sae.load(LAYER_1, { threads: 1 });
    return await sae.native!.encode(new Float32Array(N_EMBD), cancel);
  },
  "an SAE encodes what waits in a spool": async (cancel) => {
    await using sae = await Sae.load(LAYER_1, { threads: 1 });
    const options = { layers: Int32Array.of(1), nEmbd: N_EMBD, memoryBytes: 1024, directory: tmpdir() };
    const spool = addon.createSpool(options);
    return await spool.encode(1, sae.native, Int32Array.of(0), Int32Array.of(1), ["max"], cancel);
  },
  "directions are unembedded": (cancel) => addon.unembed({ path: fixture("llama").model, ...direction }, cancel),
  "scores are permuted": (cancel) =>
    addon.permutationNull(
      columns,
      { ...scores, firstPermutation: 0, nPermutations: 1000, sign: "both", countExceeding: true },
      cancel,
    ),
  "samples are drawn again": (cancel) =>
    addon.bootstrapTop(columns, { ...scores, sign: "both", nResamples: 1000 }, cancel),
};

describe.each(Object.keys(CALLS))("while %s", (name) => {
  it("ends when it is told to", async () => {
    const cancel = addon.createCancel();
    cancel.request();
    await expect(CALLS[name]!(cancel)).rejects.toMatchObject({ code: "ERR_CANCELLED" });
  });

  it("goes on when nobody tells it to", async () => {
    await expect(CALLS[name]!(addon.createCancel())).resolves.toBeDefined();
  });
});
