import type { BranchResult, Engine } from "../../lib/model/engine";
import { createSteering } from "../../lib/steering/create-steering";
import { nmse, randomTokens, randomVector, runOne, spool, withEngine } from "./models";

const N_LAYER = 4;
const ALL_LAYERS = [-1, 0, 1, 2, 3];
const prompt = randomTokens(7, 24);
const exact = { kvType: "f32", contextTokens: 1024 } as const;

function steering(layer: number, scale = 1) {
  return createSteering([{ layer, vector: randomVector(100 + layer) }]).scaled(scale);
}

/** Rows of every layer and prompt position, [layer + 1][position * 64 + i]. */
async function promptRows(engine: Engine, layer: number | undefined): Promise<Float32Array[]> {
  const store = spool(64, ALL_LAYERS);
  const capture = { spool: store, slot: 0, positions: "prompt" as const };
  const steered = layer === undefined ? {} : { steering: steering(layer) };
  await runOne(engine, prompt, { maxTokens: 3, capture, ...steered });
  const rows = await Promise.all(ALL_LAYERS.map((each) => store.rows(each, 0)));
  await store.dispose();
  return rows;
}

function tokensOf(result: BranchResult): number[] {
  return [...result.tokens];
}

test.each(["llama", "gemma3", "gpt2"])(
  "changes rows of %s from the last prompt token on, by the vector",
  async (model) => {
    await withEngine({ ...exact, model }, async (engine) => {
      const baseline = await promptRows(engine, undefined);
      const last = (prompt.length - 1) * 64;
      for (const layer of ALL_LAYERS) {
        const steered = await promptRows(engine, layer);
        ALL_LAYERS.forEach((each, i) => {
          const before = baseline[i]!;
          const after = steered[i]!;
          expect(after.length).toBe(prompt.length * 64); // generated positions are no prompt positions
          expect(after.slice(0, last)).toEqual(before.slice(0, last));
          if (each < layer) expect(after.slice(last)).toEqual(before.slice(last));
          else expect(after.slice(last)).not.toEqual(before.slice(last));
        });
        const vector = randomVector(100 + layer);
        const at = layer + 1;
        for (let i = 0; i < 64; i++) {
          const sum = Math.fround(baseline[at]![last + i]! + vector[i]!);
          expect(steered[at]![last + i]).toBe(sum);
        }
      }
    });
  },
);

test("scale 0 leaves logits bit-identical", async () => {
  const branch = { maxTokens: 12, logits: "generated" } as const;
  const zero = createSteering(ALL_LAYERS.map((layer) => ({ layer, vector: randomVector(layer) }))).scaled(0);
  const run = (steered: boolean) =>
    withEngine(exact, (engine) => runOne(engine, prompt, steered ? { ...branch, steering: zero } : branch));

  const [baseline, steered] = [await run(false), await run(true)];

  expect(steered.logits).toEqual(baseline.logits);
  expect(steered.tokens).toEqual(baseline.tokens);
});

test("a branch's logits are those of the branch alone", async () => {
  const branch = { maxTokens: 6, logits: "generated", steering: steering(1, 2) } as const;
  const other = { maxTokens: 6, steering: steering(2, 5) };

  const run = (branches: readonly (typeof branch | typeof other | { maxTokens: number })[]) =>
    withEngine(exact, async (engine) => (await engine.run({ prompt, branches })).branches[0]!.logits);
  const alone = await run([branch]);
  const withBaselines = await run([branch, { maxTokens: 6 }, { maxTokens: 6 }]);
  const withOthers = await run([branch, other, { maxTokens: 6 }]);

  expect(withOthers).toEqual(withBaselines); // batches of the same shape
  expect(nmse(withOthers, alone)).toBeLessThanOrEqual(1e-9);
});

test("a steered run leaves nothing behind for later unsteered ones", async () => {
  const strong = createSteering(ALL_LAYERS.map((layer) => ({ layer, vector: randomVector(layer, 20) })));
  const branch = { maxTokens: 20, logits: "generated" } as const;
  const fresh = await withEngine(exact, (engine) => runOne(engine, prompt, branch));
  await withEngine(exact, async (engine) => {
    const steered = await runOne(engine, prompt, { maxTokens: 20, steering: strong });
    expect(tokensOf(steered)).not.toEqual(tokensOf(fresh));

    // Its own continuation is the longest prefix there could be.
    const continued = Int32Array.from([...prompt, ...steered.tokens, 65]);
    const { branches, sharedTokens } = await engine.run({ prompt: continued, branches: [branch] });
    expect(sharedTokens).toBe(prompt.length - 1);
    const expected = await withEngine(exact, (other) => runOne(other, continued, branch));
    expect(nmse(branches[0]!.logits, expected.logits)).toBeLessThanOrEqual(1e-9);

    const again = await runOne(engine, prompt, branch);
    expect(tokensOf(again)).toEqual(tokensOf(fresh));
    expect(nmse(again.logits, fresh.logits)).toBeLessThanOrEqual(1e-9);
  });
});

test.each(["f16", "f32"] as const)(
  "steering that leaves the floats fails its own run and no other (%s)",
  async (kvType) => {
    await withEngine({ kvType }, async (engine) => {
      const prompts = [1, 2, 3].map((seed) => randomTokens(seed, 30));
      const expected: number[][] = [];
      for (const each of prompts) expected.push(tokensOf(await runOne(engine, each, { maxTokens: 30 })));
      const enormous = createSteering(ALL_LAYERS.map((layer) => ({ layer, vector: new Float32Array(64).fill(3e38) })));

      const baselines = Promise.all(prompts.map((each) => runOne(engine, each, { maxTokens: 30 })));
      const failing = [4, 5, 6].map((seed) =>
        engine.run({ prompt: randomTokens(seed, 30), branches: [{ maxTokens: 30, steering: enormous }] }),
      );
      for (const run of failing) await expect(run).rejects.toMatchObject({ code: "ERR_NON_FINITE" });
      expect((await baselines).map(tokensOf)).toEqual(expected);
      for (const [i, each] of prompts.entries())
        expect(tokensOf(await runOne(engine, each, { maxTokens: 30 }))).toEqual(expected[i]);
    });
  },
);

test("the receipt counts the steered rows and their norms", async () => {
  await withEngine(exact, async (engine) => {
    const store = spool(64, ALL_LAYERS);
    const vector = randomVector(3, 2);
    const capture = { spool: store, slot: 5, positions: "generated" as const };
    const result = await runOne(engine, prompt, {
      maxTokens: 9,
      steering: createSteering([{ layer: 2, vector }]),
      capture,
    });
    const rows = await store.rows(2, 5);
    await store.dispose();

    const norm = (values: Float32Array) => Math.hypot(...values);
    expect(result.receipt).toHaveLength(1);
    const receipt = result.receipt[0]!;
    expect(receipt).toMatchObject({ layer: 2, rows: rows.length / 64 });
    expect(receipt.rows).toBe(result.stopReason === "end" ? result.tokens.length + 1 : 9);
    expect(receipt.meanAddedNorm).toBeCloseTo(norm(vector), 5);
    expect(receipt.maxAddedNorm).toBeCloseTo(norm(vector), 5);
    let sum = 0; // the residual before the addition
    for (let i = 0; i < receipt.rows; i++) sum += norm(rows.slice(i * 64, (i + 1) * 64).map((x, j) => x - vector[j]!));
    expect(receipt.meanResidualNorm).toBeCloseTo(sum / receipt.rows, 3);
  });
});

test.each([
  [{ layer: N_LAYER, vector: randomVector(1) }, "ERR_HOOK_POINT"],
  [{ layer: -2, vector: randomVector(1) }, "ERR_HOOK_POINT"],
  [{ layer: 1, vector: randomVector(1, 1, 32) }, "ERR_SHAPE_MISMATCH"],
])("refuses a vector that the model has no place for", async (vector, code) => {
  await withEngine({}, async (engine) => {
    await expect(runOne(engine, prompt, { steering: createSteering([vector]) })).rejects.toMatchObject({ code });
  });
});

test("refuses vectors that can't be added", () => {
  const vector = randomVector(1);
  const code = (make: () => unknown) => {
    try {
      make();
    } catch (error) {
      return (error as { code?: string }).code;
    }
  };
  expect(code(() => createSteering([]))).toBe("ERR_INVALID_ARGUMENT");
  expect(
    code(() =>
      createSteering([
        { layer: 1, vector },
        { layer: 1, vector },
      ]),
    ),
  ).toBe("ERR_INVALID_ARGUMENT");
  expect(
    code(() =>
      createSteering([
        { layer: 1, vector },
        { layer: 2, vector: vector.slice(1) },
      ]),
    ),
  ).toBe("ERR_INVALID_ARGUMENT");
  expect(code(() => createSteering([{ layer: 1, vector: vector.fill(NaN) }]))).toBe("ERR_NON_FINITE");
});
