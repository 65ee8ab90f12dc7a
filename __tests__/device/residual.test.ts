import { createSteering } from "../../lib/steering/create-steering";
import type { Branch } from "../../lib/model/branch";
import type { Engine } from "../../lib/model/engine";
import { layerDevice } from "../../lib/model/layer-device";
import { Model } from "../../lib/model/model";
import type { ModelOptions } from "../../lib/model/options";
import { fixture, nmse, randomTokens, randomVector, runOne, spool } from "../native/models";
import { chosen, describeOnDevice } from "./chosen-device";
import { expectAtMost } from "./figures";

const LAYERS = [-1, 0, 1, 2, 3];
const N_EMBD = 64;
const prompt = randomTokens(1, 24);
const vectors = LAYERS.map((layer) => ({ layer, vector: randomVector(100 + layer) }));
/** Vulkan's matrix products are in half precision for f32 weights too, on drivers that have it. */
const CLOSE = 1e-5;

type Where = Pick<ModelOptions, "device" | "gpuLayers">;
const CPU: Where = { device: "cpu" };

async function onDevice<T>(where: Where, body: (engine: Engine) => Promise<T>): Promise<T> {
  const model = await Model.load(fixture("llama").model, where);
  try {
    return await body(
      await model.createEngine({ kvType: "f32", contextTokens: 512, microBatchTokens: 20, threads: 1 }),
    );
  } finally {
    await model.dispose();
  }
}

async function captured(where: Where, branch: Branch) {
  return onDevice(where, async (engine) => {
    const rows = spool(N_EMBD, LAYERS);
    const capture = { spool: rows, slot: 0, positions: "prompt" as const };
    const { receipt, logits } = await runOne(engine, prompt, { maxTokens: 1, logits: "prompt", ...branch, capture });
    const layers = await Promise.all(LAYERS.map((layer) => rows.rows(layer, 0)));
    await rows.dispose();
    return { receipt, logits, layers };
  });
}

describeOnDevice(`on ${chosen?.name ?? "a device"}`, () => {
  const device = chosen?.name ?? "";

  // Of 4 blocks and the unembedding: all on the device, the last two blocks, and the unembedding alone.
  test.each([5, 3, 1])("with gpuLayers %s rows and logits are the CPU's, unsteered and steered", async (gpuLayers) => {
    for (const steering of [undefined, createSteering(vectors)]) {
      const branch = steering ? { steering } : {};
      const [here, cpu] = [await captured({ device, gpuLayers }, branch), await captured(CPU, branch)];
      const kind = steering ? "steered" : "unsteered";
      LAYERS.forEach((_, i) => {
        expectAtMost(`residual rows, ${kind}, to the CPU's: NMSE`, nmse(here.layers[i]!, cpu.layers[i]!), CLOSE);
      });
      expectAtMost(`logits, ${kind}, to the CPU's: NMSE`, nmse(here.logits, cpu.logits), CLOSE);
    }
  });

  test("the last layers lie on the device, the others in the host's memory", async () => {
    await using model = await Model.load(fixture("llama").model, { device, gpuLayers: 3 });
    expect(LAYERS.map((layer) => layerDevice(model.info, layer))).toEqual(["cpu", "cpu", "cpu", device, device]);
    await using whole = await Model.load(fixture("llama").model, { device });
    expect(LAYERS.map((layer) => layerDevice(whole.info, layer))).toEqual(LAYERS.map(() => device));
  });

  test("steering changes the last prompt row by the vector, and no earlier row", async () => {
    const plain = await captured({ device }, {});
    const steered = await captured({ device }, { steering: createSteering([vectors[1]!]) });
    const last = (prompt.length - 1) * N_EMBD;
    const [before, after] = [plain.layers[1]!, steered.layers[1]!];
    expect(after.slice(0, last)).toEqual(before.slice(0, last));
    const added = after.slice(last).map((value, i) => value - before[last + i]!);
    expectAtMost("what steering changed a row by, to its vector: NMSE", nmse(added, vectors[1]!.vector), 1e-9);
  });

  test("no residual row crosses to the host for steering, and of a capture only those it wants", async () => {
    await onDevice({ device }, async (engine) => {
      const steering = createSteering(vectors);
      await runOne(engine, prompt, { steering, maxTokens: 6 });
      const onBlocks = LAYERS.length - 1; // the input of block 0 is computed by the CPU
      const steered = { deviceRowsSteered: 6 * onBlocks, deviceRowsRead: 0, deviceRowsWritten: 0 };
      expect(engine.statistics()).toMatchObject(steered);
      const { deviceRowsRead, deviceRowsWritten } = engine.statistics();
      expectAtMost("rows that crossed to the host for steering", deviceRowsRead + deviceRowsWritten, 0);

      const rows = spool(N_EMBD, [1, 2]);
      await runOne(engine, prompt, { maxTokens: 3, capture: { spool: rows, slot: 0, positions: "generated" } });
      await rows.dispose();
      expect(engine.statistics()).toMatchObject({ ...steered, deviceRowsRead: 3 * 2 });
    });
  });

  test("branches of one batch each have their own steering, and receipts say so", async () => {
    const steerings = [1, 2, 3].map((seed) => createSteering([{ layer: 2, vector: randomVector(seed) }]));
    const branches = [{ maxTokens: 6 }, ...steerings.map((steering) => ({ steering, maxTokens: 6 }))];
    await onDevice({ device }, async (engine) => {
      const together = await engine.run({ prompt, branches });
      for (const [i, branch] of branches.entries()) {
        const alone = await runOne(engine, prompt, branch);
        expect([...together.branches[i]!.tokens]).toEqual([...alone.tokens]);
      }
      const [receipt] = together.branches[2]!.receipt;
      expect(receipt!.rows).toBeGreaterThan(0);
      expect(receipt!.meanAddedNorm).toBeCloseTo(Math.hypot(...randomVector(2)), 4);
      expect(receipt!.meanResidualNorm).toBeGreaterThan(0);
    });
  });

  test("forced tokens have the CPU's probabilities, and all positions its rows", async () => {
    const forced = async (where: Where) =>
      onDevice(where, async (engine) => {
        const rows = spool(N_EMBD, LAYERS);
        const capture = { spool: rows, slot: 0, positions: "all" as const };
        const branch = { forcedTokens: randomTokens(2, 9), steering: createSteering(vectors), capture };
        const { forcedLogProbabilities } = await runOne(engine, prompt, branch);
        const layers = await Promise.all(LAYERS.map((layer) => rows.rows(layer, 0)));
        const pooled = await rows.pool(2, Int32Array.of(0), Int32Array.of(1000));
        await rows.dispose();
        return { forcedLogProbabilities, layers, pooled };
      });
    const [here, cpu] = [await forced({ device }), await forced(CPU)];
    here.forcedLogProbabilities.forEach((log, i) => expect(log).toBeCloseTo(cpu.forcedLogProbabilities[i]!, 1));
    LAYERS.forEach((_, i) => expect(nmse(here.layers[i]!, cpu.layers[i]!)).toBeLessThan(CLOSE));
    expect([...here.pooled.rows]).toEqual([prompt.length + 8]);
    expect(here.pooled.normSums[0]! / cpu.pooled.normSums[0]!).toBeCloseTo(1, 3);
  });

  test("what depends on a row brings that row to the host, and does there what the CPU does", async () => {
    const weights = randomVector(5);
    const reach = createSteering([{ layer: 1, reach: { weights, threshold: 2, from: "below" } }]); // 3 rows are
    const vector = createSteering([{ layer: 2, vector: randomVector(6) }]);
    const held = vector.when({ layer: 1, direction: weights, above: -1e9 });
    const windows = vector.within(-2, 2);
    for (const [steering, statistics] of [
      [reach, { deviceRowsSteered: 0, deviceRowsRead: 6, deviceRowsWritten: 3 }],
      [held, { deviceRowsSteered: 6, deviceRowsRead: 6, deviceRowsWritten: 0 }],
      [windows, { deviceRowsSteered: 4, deviceRowsRead: 0, deviceRowsWritten: 0 }],
      [vector.plus(windows), { deviceRowsSteered: 6, deviceRowsRead: 2, deviceRowsWritten: 2 }],
    ] as const) {
      const branch = { steering, forcedTokens: randomTokens(4, 6), logits: "generated" as const };
      const cpu = await onDevice(CPU, (engine) => runOne(engine, prompt, branch));
      await onDevice({ device }, async (engine) => {
        const { logits, receipt } = await runOne(engine, prompt, branch);
        expect(engine.statistics()).toMatchObject(statistics);
        expect(nmse(logits, cpu.logits)).toBeLessThan(CLOSE);
        expect(receipt[0]!.rows).toBe(cpu.receipt[0]!.rows);
        expect(receipt[0]!.meanAddedNorm).toBeCloseTo(cpu.receipt[0]!.meanAddedNorm, 2);
      });
    }
  });

  test("steering too strong for floats fails its run alone", async () => {
    const huge = createSteering([{ layer: 1, vector: new Float32Array(N_EMBD).fill(3e38) }]);
    await onDevice({ device }, async (engine) => {
      const bad = engine.run({ prompt, branches: [{ steering: huge, maxTokens: 4 }] });
      const good = runOne(engine, prompt, { maxTokens: 4 });
      await expect(bad).rejects.toMatchObject({ code: "ERR_NON_FINITE" });
      expect([...(await good).tokens]).toEqual([...(await runOne(engine, prompt, { maxTokens: 4 })).tokens]);
    });
  });
});
