import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createSteering, evaluateSaes, Reconstruction, replaceRows, Sae, saveSteering } from "../../lib";
import type { Engine } from "../../lib/model/engine";
import { readDecoderBias } from "../../lib/sae/decoder-bias";
import type { StoredSae } from "../../lib/sae/folder";
import { findSaes } from "../../lib/sae/set";
import { temporaryFiles } from "../unit/temporary-files";
import { randomVector, withEngine } from "./models";
import { exact, expectClose, N_EMBD, readRows } from "./steering-rows";

const fixtures = join(__dirname, "..", "fixtures");
const LAYER = 1;

interface OfSaeLens {
  readonly texts: readonly string[];
  readonly rows: Readonly<Record<string, number>>;
  readonly feature_density: readonly number[];
  readonly losses: Readonly<Record<string, number>>;
  readonly zero_ablated: { readonly loss: number; readonly kl: number };
  readonly mean_ablated: { readonly loss: number; readonly kl: number };
}
const golden = JSON.parse(readFileSync(join(fixtures, "sae-quality.json"), "utf8")) as OfSaeLens;

async function saeOfLayer(): Promise<StoredSae> {
  const all = await findSaes(join(fixtures, "saes", "llama"));
  return all.find(({ config }) => config.hook.layer === LAYER)!;
}

/** x' = sum_j f_j W_dec[j] + b_dec of one row, from the SAE's own parts. */
async function givenBack(sae: Sae, bias: Float32Array, row: Float32Array): Promise<Float32Array> {
  const activations = await sae.encode(row);
  const fired = [...activations.keys()].filter((j) => activations[j]! > 0);
  const directions = await sae.decoderRows(fired);
  const sum = Float64Array.from(bias);
  fired.forEach((j, k) => {
    for (let i = 0; i < N_EMBD; i++) sum[i]! += activations[j]! * directions[k * N_EMBD + i]!;
  });
  return Float32Array.from(sum);
}

describe("replaceRows", () => {
  it("splices rows as the SAE gives them back, from where it is told to, half the way if asked to", async () => {
    const folder = await saeOfLayer();
    await using sae = await Sae.load(folder);
    await using reconstruction = await Reconstruction.of(sae);
    const steering = replaceRows(LAYER, reconstruction);
    const bias = await readDecoderBias(folder);
    await withEngine(exact, async (engine) => {
      const plain = await readRows(engine, {});
      const spliced = await readRows(engine, { steering: steering.within(0, 3) });
      const half = await readRows(engine, { steering: steering.scaled(0.5).within(0, 1) });
      expectClose(spliced.at(LAYER, -1), plain.at(LAYER, -1));
      expect(spliced.result.receipt[0]).toMatchObject({ layer: LAYER, rows: 3, leftAlone: 0 });
      const row = plain.at(LAYER, 0);
      const back = await givenBack(sae, bias, row);
      expectClose(spliced.at(LAYER, 0), back);
      expectClose(half.at(LAYER, 0), row.map((x, i) => (x + back[i]!) / 2)); // prettier-ignore
      expectClose(spliced.at(LAYER, 3), plain.at(LAYER, 3)); // as the others' change comes after this layer
    });
  });

  it("replaces all rows of many runs beside those that are left as they are", async () => {
    const by = randomVector(5);
    await withEngine({ ...exact, maxSequences: 8 }, async (engine) => {
      const plain = await readRows(engine, {});
      const [replaced, again] = await Promise.all([
        readRows(engine, { steering: replaceRows(2, by).fromPrompt() }),
        readRows(engine, {}),
      ]);
      for (const position of [-3, 0, 4]) {
        expectClose(replaced.at(2, position), by);
        expectClose(again.at(2, position), plain.at(2, position));
      }
    });
  });

  it("is the only thing that is done at its layer", () => {
    const other = createSteering([{ layer: 2, vector: randomVector(6) }]);
    const replaced = replaceRows(2, randomVector(5));
    expect(() => replaced.plus(other)).toThrow(expect.objectContaining({ code: "ERR_INVALID_ARGUMENT" }));
    expect(() => other.plus(replaced)).toThrow(expect.objectContaining({ code: "ERR_INVALID_ARGUMENT" }));
    expect(replaced.plus(replaceRows(1, randomVector(5))).layers).toEqual([1, 2]);
    expect(replaced.fingerprint).not.toBe(replaced.scaled(0.5).fingerprint);
    expect(replaced.fingerprint).not.toBe(replaceRows(2, randomVector(7)).fingerprint);
  });

  it("fails the run alone whose row is not finite", async () => {
    const by = randomVector(5).fill(NaN, 0, 1);
    await withEngine(exact, async (engine) => {
      const bad = readRows(engine, { steering: replaceRows(2, by) });
      const good = readRows(engine, {});
      await expect(bad).rejects.toMatchObject({ code: "ERR_NON_FINITE" });
      await good;
    });
  });

  it("is in no profile", async () => {
    await withEngine(exact, async ({ model }) => {
      const path = join(temporaryFiles({}), "a.steer.json");
      const saving = saveSteering(path, replaceRows(1, randomVector(5)), model as never);
      await expect(saving).rejects.toMatchObject({ code: "ERR_INVALID_ARGUMENT" });
    });
  });
});

describe("evaluateSaes", () => {
  const textOf = (texts: readonly string[]) =>
    join(temporaryFiles({ "a.txt": texts.join("\n<|endoftext|>\n") }), "a.txt");
  const evaluate = async (engine: Engine, options: Partial<Parameters<typeof evaluateSaes>[2]> = {}) =>
    evaluateSaes(engine, [await saeOfLayer()], { texts: [textOf(golden.texts)], threads: 1, ...options });

  it("agrees with SAELens' own evaluation", async () => {
    await withEngine(exact, async (engine) => {
      const steps: number[] = [];
      const onProgress = ({ done, total }: { done: number; total: number }) => steps.push(done / total);
      const [quality] = await evaluate(engine, { onProgress });
      const { rows, losses, zero_ablated: zero, mean_ablated: mean } = golden;
      const firing = golden.feature_density.map((density) => Math.round(density * 564));
      expect(quality).toMatchObject({ rows: 564, klPredictions: 564, predictions: 12 * 46, layer: 1, dSae: 256 });
      const pairs: [number, number][] = [
        [quality!.explainedVariance, rows["explained_variance"]!],
        [quality!.explainedVariancePerRow, rows["explained_variance_legacy"]!],
        [quality!.cosine, rows["cossim"]!],
        [quality!.normRatio, rows["l2_ratio"]!],
        [quality!.l0, rows["l0"]!],
        [quality!.deadShare, firing.filter((n) => n === 0).length / 256],
        [quality!.alwaysOnShare, firing.filter((n) => n > 282).length / 256],
        [quality!.loss.baseline, losses["ce_loss_without_sae"]!],
        [quality!.loss.spliced, losses["ce_loss_with_sae"]!],
        [quality!.kl.spliced, losses["kl_div_with_sae"]!],
        [quality!.loss.zeroAblated, zero.loss],
        [quality!.kl.zeroAblated, zero.kl],
        [quality!.loss.meanAblated, mean.loss],
        [quality!.kl.meanAblated, mean.kl],
      ];
      for (const [ours, theirs] of pairs) expect(Math.abs(ours - theirs)).toBeLessThan(1e-4);
      const { below, features } = quality!.density;
      const counted = features.reduce((sum, n) => sum + n, 0);
      expect(counted).toBe(firing.filter((n) => n > 0).length);
      expect(features.at(-1)).toBe(firing.filter((n) => n / 564 >= below.at(-1)!).length);
      expect(steps[0]).toBe(0);
      expect(steps.at(-1)).toBe(1);
    });
  });

  it("ends with the signal's reason, and refuses what has no sequence or is of another model", async () => {
    await withEngine(exact, async (engine) => {
      const controller = new AbortController();
      const onProgress = () => controller.abort(new Error("enough"));
      await expect(evaluate(engine, { signal: controller.signal, onProgress })).rejects.toThrow("enough");
      await expect(evaluate(engine, { texts: [textOf(["short"])] })).rejects.toMatchObject({
        code: "ERR_DATASET_FORMAT",
      });
      const sae = await saeOfLayer();
      const wide = { ...sae, config: { ...sae.config, dModel: 128 } };
      const options = { texts: [textOf(golden.texts)] };
      await expect(evaluateSaes(engine, [wide], options)).rejects.toMatchObject({ code: "ERR_SHAPE_MISMATCH" });
      await expect(evaluateSaes(engine, [], options)).rejects.toMatchObject({ code: "ERR_INVALID_ARGUMENT" });
    });
  });
});
