import { join } from "node:path";
import { capture } from "../../lib/capture/capture";
import { Model } from "../../lib/model/model";
import { Sae } from "../../lib/sae/sae";
import { fixture, nmse } from "./models";

const N_EMBD = 64;
const LAYER = 1;
const text = "residual rows";

let model: Model;
let sae: Sae;
/** [n, n_embd] of the text's tokens, without the beginning-of-sequence token. */
let rows: Float32Array;

beforeAll(async () => {
  model = await Model.load(fixture("llama").model);
  sae = await Sae.load(join(__dirname, "..", "fixtures", "saes", "llama", "blocks.1.hook_resid_post"));
  await using engine = await model.createEngine();
  const captured = await capture(engine, model.tokenize(text), { layers: [LAYER] });
  rows = captured.rows.get(LAYER)!.slice(N_EMBD);
});
afterAll(async () => {
  await sae.dispose();
  await model.dispose();
});

/** By column of [n, width]. */
function pooled(values: Float32Array, width: number, pool: (column: number[]) => number): Float32Array {
  const n = values.length / width;
  return Float32Array.from({ length: width }, (_, j) =>
    pool(Array.from({ length: n }, (_, row) => values[row * width + j]!)),
  );
}
const mean = (column: number[]) => column.reduce((sum, value) => sum + value, 0) / column.length;
const POOLS = { mean, max: (column: number[]) => Math.max(...column), last: (column: number[]) => column.at(-1)! };

test.each(["mean", "max", "last"] as const)("embeds a text as the %s of its rows", async (pooling) => {
  const [embedding] = await model.embed([text], { layer: LAYER, pooling });
  expect(nmse(embedding!, pooled(rows, N_EMBD, POOLS[pooling]))).toBeLessThan(1e-6);
});

test.each(["mean", "max", "last"] as const)("embeds a text by the %s of an SAE's features", async (pooling) => {
  const [embedding] = await model.embed([text], { sae, pooling });
  expect(nmse(embedding!, pooled(await sae.encode(rows), sae.dSae, POOLS[pooling]))).toBeLessThan(1e-6);
});

test("the sparse form has the features that are not zero", async () => {
  const [dense] = await model.embed([text], { sae });
  const [{ features, values } = { features: [], values: [] }] = await model.embedSparse([text], { sae });

  expect([...features]).toEqual([...dense!.keys()].filter((feature) => dense![feature] !== 0));
  expect([...values]).toEqual([...features].map((feature) => dense![feature]));
});

test("many texts, of tokens too, are embedded in order, each as alone", async () => {
  const texts = Array.from({ length: 150 }, (_, i) => `text ${i}`);
  const all = await model.embed(texts, { layer: LAYER });
  const [alone] = await model.embed([model.tokenize("text 97")], { layer: LAYER });

  expect(all).toHaveLength(150);
  expect(nmse(all[97]!, alone!)).toBeLessThan(1e-6);
});

test("the last layer is read unless another is named", async () => {
  const [named] = await model.embed([text], { layer: 3 });
  expect((await model.embed([text]))[0]).toEqual(named);
  expect(await model.embed([])).toEqual([]);
});

test("names what is wrong", async () => {
  await expect(model.embed([text], { layer: 4 })).rejects.toMatchObject({ code: "ERR_OUT_OF_RANGE" });
  await expect(model.embed([text], { layer: 1, sae })).rejects.toMatchObject({ code: "ERR_INVALID_ARGUMENT" });
  await expect(model.embed(text as never)).rejects.toMatchObject({ details: { name: "texts" } });
  await expect(model.embed(["x".repeat(5000)])).rejects.toMatchObject({ code: "ERR_CONTEXT_FULL" });
  const reason = new Error("enough");
  await expect(model.embed([text], { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
});
