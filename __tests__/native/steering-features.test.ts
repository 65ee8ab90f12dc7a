import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Model } from "../../lib/model/model";
import { residualBases } from "../../lib/sae/residual-basis";
import { Sae } from "../../lib/sae/sae";
import { findSaes } from "../../lib/sae/set";
import { createSteering } from "../../lib/steering/create-steering";
import { featureProbe, steer, watchFeatures } from "../../lib/steering/features";
import { loadSteering } from "../../lib/steering/load-steering";
import { saveSteering } from "../../lib/steering/save-steering";
import { TINY_SAES } from "../support/tiny-task";
import { temporaryFolder } from "../support/temporary-folder";
import { fixture, randomVector, runOne, withEngine } from "./models";
import { exact, expectClose, forced, plus, prompt, readRows } from "./steering-rows";

const folder = temporaryFolder();
const HOOK = "blocks.1.hook_resid_post";
const code = (expected: string) => expect.objectContaining({ code: expected }) as Error;

/** A feature that is active at some of the forced tokens and not at others, and its activations by the loaded SAE. */
async function someFeature(at: (layer: number, position: number) => Float32Array) {
  const [sae] = await findSaes([`1=${join(TINY_SAES, HOOK)}`]);
  await using loaded = await Sae.load(sae!);
  const rows = await Promise.all([...forced.keys()].map((t) => loaded.encode(at(1, t).slice())));
  const active = (feature: number) => rows.filter((row) => row[feature]! > 0).length;
  const feature = rows[0]!.findIndex((_, f) => active(f) > 1 && active(f) < forced.length - 1);
  expect(feature).toBeGreaterThanOrEqual(0);
  return {
    feature,
    name: `${HOOK}/${feature}`,
    values: rows.map((row) => row[feature]!),
    direction: await loaded.decoderRows([feature]),
  };
}

test("one feature is added, clamped or ablated by the name of its hook point and its number", async () => {
  await withEngine(exact, async (engine) => {
    const plain = await readRows(engine, {});
    const { name, values, direction } = await someFeature(plain.at);
    const cases = [
      { steering: await steer(name, 3, TINY_SAES), amount: () => 3 },
      { steering: await steer(name, 3, TINY_SAES, { mode: "clamp" }), amount: (value: number) => 3 - value },
      { steering: await steer(name, 1, TINY_SAES, { mode: "ablate" }), amount: (value: number) => -value },
      { steering: await steer(name, 0.5, TINY_SAES, { mode: "ablate" }), amount: (value: number) => -value / 2 },
    ];
    for (const { steering, amount } of cases) {
      const { at, result } = await readRows(engine, { steering });
      values.forEach((value, t) => {
        expectClose(at(1, t), plus(plain.at(1, t), direction, amount(value)));
      });
      const rows = values.filter((value) => amount(value) !== 0).length;
      expect(result.receipt[0]).toMatchObject({ layer: 1, rows, leftAlone: forced.length - rows });
    }
  });
});

test("features are watched as the SAE encodes them, and a condition on one holds where it is active", async () => {
  await withEngine(exact, async (engine) => {
    const plain = await readRows(engine, {});
    const { name, values } = await someFeature(plain.at);
    const watch = await watchFeatures([name], TINY_SAES);
    const { watched } = await runOne(engine, prompt, { forcedTokens: forced, watch });
    values.forEach((value, t) => {
      expect(watched[t]).toBeCloseTo(value, 5);
    });
    const feature = await featureProbe(name, TINY_SAES);
    const steering = createSteering([{ layer: 2, vector: randomVector(4) }]).when({ feature, above: 0 });
    const { receipt } = await runOne(engine, prompt, { forcedTokens: forced, steering });
    expect(receipt[0]!.rows).toBe(values.filter((value) => value > 0).length);
  });
});

test("coordinates of the residual stream are features, too", async () => {
  const bases = residualBases({ nEmbd: 64, nLayer: 4, name: "tiny" }, [1]);
  await withEngine(exact, async (engine) => {
    const steering = await steer(`${bases[0]!.id}/5`, -2, bases, { mode: "clamp" });
    const { at } = await readRows(engine, { steering });
    for (const t of forced.keys()) expect(at(1, t)[5]).toBeCloseTo(-2, 5);
  });
});

test("refuses names of no feature, and SAEs whose features can't be read one by one", async () => {
  await expect(steer("4711", 1, TINY_SAES)).rejects.toThrow(code("ERR_INVALID_ARGUMENT"));
  await expect(steer("blocks.9.hook_resid_post/1", 1, TINY_SAES)).rejects.toThrow(code("ERR_INVALID_ARGUMENT"));
  await expect(steer("blocks.1.hook_mlp_out/1", 1, TINY_SAES)).rejects.toThrow(code("ERR_INVALID_ARGUMENT"));
  await expect(steer(`${HOOK}/123456`, 1, TINY_SAES)).rejects.toThrow(code("ERR_OUT_OF_RANGE"));
  await expect(steer(`${HOOK}/1`, Infinity, TINY_SAES)).rejects.toThrow(code("ERR_OUT_OF_RANGE"));
  await expect(steer(`${HOOK}/1`, 1e45, TINY_SAES)).rejects.toThrow(code("ERR_NON_FINITE"));
  const topK = await findSaes(join(TINY_SAES, "..", "formats", "topk-v6"));
  const { layer } = topK[0]!.config.hook;
  await expect(steer(`blocks.${layer}.hook_${topK[0]!.config.hook.site}/1`, 1, topK)).resolves.toBeDefined();
  const clamped = steer(`blocks.${layer}.hook_${topK[0]!.config.hook.site}/1`, 1, topK, { mode: "clamp" });
  await expect(clamped).rejects.toThrow(code("ERR_INVALID_ARGUMENT"));
});

test("a profile of any steering gives the same steering again", async () => {
  await using model = await Model.load(fixture("llama").model);
  const a = createSteering([1, 3].map((layer) => ({ layer, vector: randomVector(layer) })));
  const b = createSteering([{ layer: 1, vector: randomVector(7) }]);
  const reach = { weights: randomVector(8), bias: 0.1, threshold: 0.2, from: "above" } as const;
  const feature = await featureProbe(`${HOOK}/3`, TINY_SAES);
  const path = join(folder, "some.steer.json");
  for (const [version, steering] of [
    [2, a],
    [2, a.scaled(0.3).plus(b.scaled(-0.7)).plus(a)],
    [2, a.onLayers([])],
    [3, a.within(2, 5)],
    [3, a.fromPrompt()],
    [3, a.during("answer").plus(b.during("reasoning").within(-3))],
    [3, b.when({ feature, above: 0.5 }).plus(a.when({ layer: 0, direction: randomVector(2), above: -1 }))],
    [
      3,
      createSteering([{ layer: 2, reach }])
        .scaled(0.5)
        .plus(await steer(`${HOOK}/3`, 1, TINY_SAES, { mode: "clamp" })),
    ],
  ] as const) {
    await saveSteering(path, steering, model);
    expect(JSON.parse(readFileSync(path, "utf8"))).toMatchObject({ version, name: "some" });
    expect((await loadSteering(path, model)).fingerprint).toBe(steering.fingerprint);
  }
});

test("refuses profiles that say what can't be", async () => {
  await using model = await Model.load(fixture("llama").model);
  const path = join(folder, "wrong.steer.json");
  const vector = randomVector(1);
  const steering = createSteering([{ layer: 2, vector }]).when({ layer: 1, direction: vector, above: 0 });
  await saveSteering(path, steering, model);
  const text = readFileSync(path, "utf8");
  for (const [from, to, expected] of [
    ['"probe": 0', '"probe": 1', "ERR_FILE_FORMAT"],
    ['"probe": 0', '"probe": -1', "ERR_FILE_FORMAT"],
    ['"version": 3', '"version": 2', "ERR_FILE_FORMAT"],
    ['"version": 3', '"version": 4', "ERR_FILE_FORMAT"],
    ['"above": 0', '"above": "x"', "ERR_FILE_FORMAT"],
    ['"from": 0', '"from": 1e10', "ERR_FILE_FORMAT"],
    ['"to": null', '"to": -1', "ERR_INVALID_ARGUMENT"],
    ['"layer": 1', '"layer": 3', "ERR_INVALID_ARGUMENT"],
    ['"scale": 1', '"scale": 1e300', "ERR_NON_FINITE"],
  ] as const) {
    expect(text).toContain(from);
    writeFileSync(path, text.replace(from, to));
    await expect(loadSteering(path, model)).rejects.toThrow(code(expected));
  }
});
